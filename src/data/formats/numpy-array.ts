import { Dtype, Global, NumpyArray, Tuple, describeValue, type PickleValue } from './pickle-values';

/** What a step expected and what it found; the machine adds file and place. */
export class Mismatch extends Error {
  constructor(
    readonly expected: string,
    readonly found: string,
  ) {
    super(`expected ${expected}, found ${found}`);
  }
}

function tupleOf(value: PickleValue | undefined, length: number, what: string): readonly PickleValue[] {
  if (value instanceof Tuple && value.items.length === length) return value.items;
  throw new Mismatch(`${what}, a tuple of ${length}`, describeValue(value));
}

function must(condition: boolean, expected: string, found: PickleValue | undefined): void {
  if (!condition) throw new Mismatch(expected, describeValue(found));
}

/**
 * REDUCE, which in Python calls any function. Here it knows three calls and makes plain values for them:
 * an empty array, the dtype of unsigned bytes, and text turned back into bytes.
 */
export function reduce(callable: PickleValue | undefined, args: PickleValue | undefined): PickleValue {
  if (!(callable instanceof Global)) throw new Mismatch('a NumPy constructor', describeValue(callable));
  if (callable.name === 'reconstruct') return reconstruct(args);
  if (callable.name === 'dtype') return dtype(args);
  if (callable.name === 'encode') return encode(args);
  throw new Mismatch('a call of _reconstruct, dtype or encode', `a call of ${callable.name}`);
}

function reconstruct(args: PickleValue | undefined): NumpyArray {
  const [type, shape, code] = tupleOf(args, 3, "_reconstruct's arguments");
  must(type instanceof Global && type.name === 'ndarray', 'the class numpy.ndarray', type);
  must(shape instanceof Tuple, 'a shape to begin with', shape);
  const letter = code instanceof Uint8Array ? Buffer.from(code).toString('latin1') : code;
  must(letter === 'b', "the type letter b'b'", code);
  return new NumpyArray();
}

function dtype(args: PickleValue | undefined): Dtype {
  const [code, align, copy] = tupleOf(args, 3, "dtype's arguments");
  const flags = [align, copy].every((flag) => typeof flag === 'boolean' || flag === 0 || flag === 1);
  must(flags, 'two flags after the dtype', align);
  must(code === 'u1', "the dtype 'u1' (unsigned bytes)", code);
  return new Dtype('u1');
}

function encode(args: PickleValue | undefined): Uint8Array {
  const [text, codec] = tupleOf(args, 2, "encode's arguments");
  must(codec === 'latin1', "the codec 'latin1'", codec);
  if (typeof text !== 'string') throw new Mismatch('text to encode', describeValue(text));
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) throw new Mismatch('text of latin1 letters', `U+${code.toString(16).padStart(4, '0')}`);
    bytes[i] = code;
  }
  return bytes;
}

/** BUILD, which in Python sets any attribute. Here it fills a dtype or an array, once. */
export function build(target: PickleValue | undefined, state: PickleValue | undefined): void {
  if (target instanceof Dtype) buildDtype(state);
  else if (target instanceof NumpyArray && target.shape === undefined) buildArray(target, state);
  else throw new Mismatch('a dtype or an empty array to give a state to', describeValue(target));
}

function buildDtype(state: PickleValue | undefined): void {
  const [version, order, ...rest] = tupleOf(state, 8, "the dtype's state");
  must(version === 3, 'version 3 of the state', version);
  must(order === '|', "the byte order '|'", order);
  const plain = [null, null, null, -1, -1, 0];
  must(
    plain.every((value, i) => rest[i] === value),
    'a plain dtype without fields',
    state,
  );
}

function buildArray(array: NumpyArray, state: PickleValue | undefined): void {
  const [version, shape, type, fortran, bytes] = tupleOf(state, 5, "the array's state");
  must(version === 1, 'version 1 of the state', version);
  must(type instanceof Dtype, 'the dtype of the array', type);
  if (!(bytes instanceof Uint8Array)) throw new Mismatch('the pixels as bytes', describeValue(bytes));
  if (typeof fortran !== 'boolean') throw new Mismatch('the order as True or False', describeValue(fortran));
  const sides = sidesOf(shape);
  const size = sides.reduce((product, side) => product * side, 1);
  if (size !== bytes.length) {
    throw new Mismatch(`${size} bytes for the shape (${sides.join(', ')})`, `${bytes.length} bytes`);
  }
  array.shape = sides;
  array.data = fortran ? rowByRow(sides, bytes) : bytes;
}

function sidesOf(shape: PickleValue | undefined): number[] {
  if (!(shape instanceof Tuple)) throw new Mismatch('a shape', describeValue(shape));
  const sides = shape.items.filter((side): side is number => typeof side === 'number' && side >= 0);
  if (sides.length === shape.items.length && sides.length <= 4) return sides;
  throw new Mismatch('a shape of at most 4 sides, each 0 or more', describeValue(shape));
}

/** Fortran order keeps columns together; turn a matrix to rows. */
function rowByRow(sides: readonly number[], bytes: Uint8Array): Uint8Array {
  if (sides.length < 2) return bytes;
  if (sides.length > 2) throw new Mismatch('C order', `Fortran order of ${sides.length} sides`);
  const [rows, columns] = sides;
  return bytes.map((_, i) => bytes[(i % columns) * rows + Math.floor(i / columns)]);
}
