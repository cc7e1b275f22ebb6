/** Arbitraries that damage valid files: bytes, and JSON by its fields. */
import fc from 'fast-check';
import { anyPart, anyUpTo } from './moments.mjs';

/** Numbers at which counters and lengths break. */
const EDGES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

/** A place in a file of so many bytes: near its start, where headers are, near its end, where tables are, or anywhere. */
export const place = fc.oneof(
  { weight: 3, arbitrary: fc.nat(64).map((offset) => (length) => Math.min(offset, length)) },
  { weight: 1, arbitrary: fc.nat(64).map((offset) => (length) => Math.max(0, length - offset)) },
  { weight: 4, arbitrary: anyPart.map((part) => (length) => Math.floor(part * length)) },
);

const insert = (bytes, at, what) => Buffer.concat([bytes.subarray(0, at), what, bytes.subarray(at)]);

function changed(bytes, at, write) {
  const copy = Buffer.from(bytes);
  write(copy, at);
  return copy;
}

const someBytes = fc.uint8Array({ maxLength: 24 }).map((array) => Buffer.from(array));

const edit = fc.oneof(
  fc.record({ at: place, bit: fc.nat(7) }).map(
    ({ at, bit }) =>
      (bytes) =>
        changed(bytes, at(Math.max(0, bytes.length - 1)), (copy, i) => copy.length && (copy[i] ^= 1 << bit)),
  ),
  fc.record({ at: place, value: fc.nat(255) }).map(
    ({ at, value }) =>
      (bytes) =>
        changed(bytes, at(Math.max(0, bytes.length - 1)), (copy, i) => copy.length && (copy[i] = value)),
  ),
  fc
    .record({ at: place, value: fc.constantFrom(...EDGES), wide: fc.boolean(), little: fc.boolean() })
    .map(({ at, value, wide, little }) => (bytes) => {
      const size = wide ? 4 : 2;
      if (bytes.length < size) return bytes;
      const number = wide ? value : value & 0xffff;
      const write = (copy, i) =>
        little ? copy.writeUIntLE(number, i, size) : copy.writeUIntBE(number, i, size);
      return changed(bytes, at(bytes.length - size), write);
    }),
  place.map((at) => (bytes) => bytes.subarray(0, at(bytes.length))),
  fc.record({ at: place, what: someBytes }).map(
    ({ at, what }) =>
      (bytes) =>
        insert(bytes, at(bytes.length), what),
  ),
  fc.record({ from: place, to: place }).map(({ from, to }) => (bytes) => {
    const [start, end] = [from(bytes.length), to(bytes.length)].sort((a, b) => a - b);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  }),
  fc.record({ from: place, to: place, at: place }).map(({ from, to, at }) => (bytes) => {
    const [start, end] = [from(bytes.length), to(bytes.length)].sort((a, b) => a - b);
    return insert(bytes, at(bytes.length), bytes.subarray(start, Math.min(end, start + 4096)));
  }),
);

/**
 * Files of a corpus, each changed at up to six places.
 * @param {Buffer[]} corpus
 */
export function damaged(corpus) {
  return fc
    .tuple(fc.nat(corpus.length - 1), fc.array(edit, { maxLength: 6 }))
    .map(([which, edits]) => edits.reduce((bytes, change) => change(bytes), corpus[which]));
}

/** Values that nobody expects in a field. */
export const oddValue = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    '',
    ' ',
    [],
    {},
    0,
    -1,
    1e308,
    1e9,
    1.5,
    2 ** 31,
    2 ** 53,
    '\ud800',
    '\0',
  ),
  fc.constantFrom('../../outside', '/outside', 'http://x/', 'file:///x', 'https://', '<script>', '__proto__'),
  fc.constantFrom('constructor', 'toString', 'x'.repeat(70_000), [[[[[[]]]]]], { a: { b: { c: {} } } }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Every place of a JSON value that can be changed: its holder and its key. */
function placesIn(value, found = []) {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    found.push({ holder: value, key });
    placesIn(value[key], found);
  }
  return found;
}

const fieldEdit = fc.record({
  where: anyUpTo(1_000_000),
  other: anyUpTo(1_000_000),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'swap', 'rename', 'repeat'),
  value: oddValue,
  name: fc.constantFrom('__proto__', 'constructor', '', 'name', 'x'),
});

/** As JSON.parse makes them: `__proto__` is a name like any other. */
const OWN = { enumerable: true, writable: true, configurable: true };

function changeField(root, { where, other, how, value, name }) {
  const places = placesIn(root);
  if (places.length === 0) return structuredClone(value);
  const { holder, key } = places[where % places.length];
  const second = places[other % places.length];
  if (how === 'remove') {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  } else if (how === 'rename' && !Array.isArray(holder)) {
    Object.defineProperty(holder, name, { ...OWN, value: holder[key] });
  } else if (how === 'swap') holder[key] = structuredClone(second.holder[second.key]);
  else if (how === 'repeat' && Array.isArray(holder)) holder.push(structuredClone(holder[key]));
  else holder[key] = structuredClone(value); // or an odd value could come to hold itself
  return root;
}

/**
 * JSON values of a corpus, each changed at up to four fields.
 * @param {object[]} corpus
 */
export function damagedJson(corpus) {
  return fc
    .tuple(fc.nat(corpus.length - 1), fc.array(fieldEdit, { minLength: 1, maxLength: 4 }))
    .map(([which, edits]) => edits.reduce(changeField, structuredClone(corpus[which])));
}

/** The text of such values; one in eight is damaged as text as well. */
export function damagedJsonText(corpus) {
  return damagedJson(corpus).chain((value) => {
    const text = Buffer.from(JSON.stringify(value) ?? 'null');
    const sound = fc.constant(text);
    return fc.oneof({ weight: 7, arbitrary: sound }, { weight: 1, arbitrary: damaged([text]) });
  });
}
