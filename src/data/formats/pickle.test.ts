import { describe, expect, it } from 'vitest';
import { PickleError } from '../errors';
import { readByteMatrix } from './pickle';

/** Bytes from text (latin1), numbers and bytes, to write pickles opcode by opcode. */
function bytes(...parts: (string | number | Uint8Array)[]): Uint8Array {
  const toBuffer = (part: string | number | Uint8Array) => {
    if (typeof part === 'number') return Buffer.from([part]);
    return typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part);
  };
  return Buffer.concat(parts.map(toBuffer));
}

function u32(value: number): Uint8Array {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}

const P4 = bytes(0x80, 4);
const P2 = bytes(0x80, 2);

/** Protocol 4 text. */
const text = (value: string) => bytes(0x8c, value.length, value);

/** A global of protocol 4. */
const named = (module: string, name: string) => bytes(text(module), text(name), 0x93);

const DTYPE_STATE = bytes('(K', 3, text('|'), 'NNNJ', u32(0xffffffff), 'J', u32(0xffffffff), 'K', 0, 't');

interface ArrayParts {
  module?: string;
  code?: string;
  dtypeState?: Uint8Array;
  shape?: Uint8Array;
  fortran?: boolean;
  pixels?: Uint8Array;
}

/** A protocol 4 array as NumPy writes it, with any part replaced. */
function array(parts: ArrayParts = {}): Uint8Array {
  const { module = 'numpy.core.multiarray', code = 'u1', dtypeState = DTYPE_STATE } = parts;
  const { shape = bytes('K', 2, 'K', 3, 0x86), fortran = false, pixels = bytes(1, 2, 3, 4, 5, 6) } = parts;
  return bytes(
    P4,
    ...[named(module, '_reconstruct'), named('numpy', 'ndarray'), 'K', 0, 0x85, 'C', 1, 'b', 0x87, 'R'],
    ...['(K', 1, shape, named('numpy', 'dtype'), text(code), 0x89, 0x88, 0x87, 'R', dtypeState, 'b'],
    ...[fortran ? 0x88 : 0x89, 'C', pixels.length, pixels, 'tb.'],
  );
}

const GOOD = array();

describe('readByteMatrix reads', () => {
  const matrix = { rows: 2, columns: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };

  it.each([
    ['an array of NumPy 1', GOOD],
    ['an array of NumPy 2', array({ module: 'numpy._core.multiarray' })],
    ['Fortran order', array({ fortran: true, pixels: bytes(1, 4, 2, 5, 3, 6) })],
    [
      'lists, protocol 2',
      bytes(P2, ']q', 0, '(]q', 1, '(K', 1, 'K', 2, 'K', 3, 'e]q', 2, '(K', 4, 'K', 5, 'K', 6, 'ee.'),
    ],
    ['lists, one item at a time', bytes(P2, ']](K', 1, 'K', 2, 'K', 3, 'ea](K', 4, 'K', 5, 'K', 6, 'ea.')],
  ])('%s', (_, file) => {
    expect(readByteMatrix(file, 'a.dat')).toEqual(matrix);
  });

  // numpy.array([[1, 200], [3, 4]], numpy.uint8) through pickle.dumps of CPython 3.12 and NumPy 2
  it.each([
    [
      2,
      'gAJjbnVtcHkuX2NvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQBjbnVtcHkKbmRhcnJheQpxAUsAhXECY19jb2RlY3MKZW5jb2RlCnEDWAEAAABicQRYBgAAAGxhdGluMXEFhnEGUnEHh3EIUnEJKEsBSwJLAoZxCmNudW1weQpkdHlwZQpxC1gCAAAAdTFxDImIh3ENUnEOKEsDWAEAAAB8cQ9OTk5K/////0r/////SwB0cRBiiWgDWAUAAAABw4gDBHERaAWGcRJScRN0cRRiLg==',
    ],
    [
      4,
      'gASVjwAAAAAAAACMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3SUk5SMBW51bXB5lIwHbmRhcnJheZSTlEsAhZRDAWKUh5RSlChLAUsCSwKGlGgDjAVkdHlwZZSTlIwCdTGUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LAHSUYolDBAHIAwSUdJRiLg==',
    ],
  ])('what Python writes, protocol %i', (_, base64) => {
    const expected = { rows: 2, columns: 2, data: Uint8Array.of(1, 200, 3, 4) };
    expect(readByteMatrix(Buffer.from(base64, 'base64'), 'a.dat')).toEqual(expected);
  });
});

const rows = (count: number) => bytes(...Array.from({ length: count }, () => ']'));
const doubled = bytes(...Array.from({ length: 40 }, (_, i) => bytes('h', i, 'h', i, 0x86, 'q', i + 1)));

describe('readByteMatrix refuses, without running anything,', () => {
  it.each<[string, Uint8Array, RegExp]>([
    [
      'os.system',
      bytes(P2, 'cos\nsystem\n', 'X', u32(4), 'true', 0x85, 'R.'),
      /byte 2: .*"os\.system", which was not run/,
    ],
    [
      'os.system of protocol 4',
      bytes(P4, named('posix', 'system'), text('id'), 0x85, 'R.'),
      /"posix\.system"/,
    ],
    ['builtins.eval', bytes(P2, 'c__builtin__\neval\n.'), /"__builtin__\.eval"/],
    [
      'a name inherited by objects',
      bytes(P2, 'cconstructor\nconstructor\n.'),
      /only the names of NumPy arrays/,
    ],
    ['numpy.load', bytes(P4, named('numpy', 'load'), '.'), /"numpy\.load"/],
    ['a call of a class', bytes(P4, named('numpy', 'ndarray'), ')R.'), /a call of ndarray/],
    ['a call of a number', bytes(P4, 'K', 1, ')R.'), /a NumPy constructor, found 1/],
    ['INST', bytes(P2, '(ios\nsystem\n.'), /opcode INST \(0x69\)/],
    ['OBJ', bytes(P2, '(o.'), /opcode OBJ/],
    ['NEWOBJ', bytes(P2, ')', 0x81, '.'), /opcode NEWOBJ \(0x81\)/],
    ['EXT1', bytes(P2, 0x82, 1, '.'), /opcode EXT1/],
    ['PERSID', bytes(P2, 'Pid\n.'), /opcode PERSID/],
    ['a dictionary', bytes(P2, '}.'), /opcode EMPTY_DICT/],
    ['an out-of-band buffer', bytes(P4, 0x97, '.'), /opcode NEXT_BUFFER/],
    ['an opcode that does not exist', bytes(P2, 0xff, '.'), /opcode unknown \(0xff\)/],
    ['protocol 0', bytes('(lp0\n.'), /begins with opcode PROTO/],
    ['protocol 5', bytes(0x80, 5, 'N.'), /byte 1: expected pickle protocol 2 or 4, found protocol 5/],
    ['an empty file', bytes(), /1 more bytes, found 0 before the end/],
    [
      'BINBYTES8 of 2^63 bytes',
      bytes(P4, 0x8e, 0, 0, 0, 0, 0, 0, 0, 0x80, '.'),
      /9223372036854776000 more bytes/,
    ],
    ['BINBYTES of 4 GB', bytes(P4, 'B', u32(0xffffffff), '.'), /4294967295 more bytes, found 1 /],
    ['BINUNICODE of 4 GB', bytes(P4, 'X', u32(0xffffffff), '.'), /4294967295 more bytes/],
    [
      'a frame longer than the file',
      bytes(P4, 0x95, 0xff, 0xff, 0, 0, 0, 0, 0, 0, '.'),
      /a frame of at most 1 bytes/,
    ],
    ['a name without an end', bytes(P2, 'c', 'x'.repeat(5000)), /a line of at most 128 bytes/],
    ['a stack bomb', bytes(P2, rows(70_000), '.'), /at most 65536 values in waiting/],
    ['a mark bomb', bytes(P2, '('.repeat(40), '.'), /nesting of at most 16/],
    [
      'a memo bomb',
      bytes(P4, 'N', String.fromCharCode(0x94).repeat(20_000), '.'),
      /at most 16384 values in the memo/,
    ],
    ['doubling tuples', bytes(P2, 'Nq', 0, doubled, '.'), /byte \d+: expected one value at the end/],
    ['a list in itself', bytes(P2, ']q', 0, 'h', 0, 'a.'), /numbers from 0 to 255, found a list of 1/],
    ['deep lists', bytes(P2, rows(5000), 'a'.repeat(4999), '.'), /numbers from 0 to 255, found a list/],
    [
      'one row repeated',
      bytes(P2, ']](', 'K\x01'.repeat(300), 'eq', 1, 'a(', `h\x01`.repeat(300), 'e.'),
      /at most \d+ numbers, found 90300/,
    ],
    ['a memo that is not there', bytes(P2, 'h', 9, '.'), /a value at 9 of the memo/],
    ['APPENDS without MARK', bytes(P2, ']e.'), /an opcode MARK before/],
    ['an append to a number', bytes(P2, 'K', 1, 'K', 2, 'a.'), /a list to append to, found 1/],
    ['an empty stack', bytes(P2, '.'), /one value at the end, found 0/],
    ['a mark taken as a value', bytes(P2, '(q', 0, '.'), /a value on the stack, found a mark/],
    ['two values', bytes(P2, 'NN.'), /one value at the end, found 2/],
    ['garbage after the end', bytes(GOOD, 'x'), /the end of the file after STOP, found 1 more bytes/],
    ['a number', bytes(P2, 'K', 1, '.'), /an array or a list, found 1/],
    ['None', bytes(P2, 'N.'), /an array or a list, found None/],
    ['text rows', bytes(P4, '](', text('ab'), 'e.'), /a row that is the text "ab"/],
    ['ragged rows', bytes(P2, '](](K', 1, 'e](ee.'), /rows of 1 numbers, found 0 in row 1/],
    ['numbers above 255', bytes(P2, '](](M', 0, 1, 'ee.'), /from 0 to 255, found 256/],
    ['negative numbers', bytes(P2, '](](J', u32(0xffffffff), 'ee.'), /found -1/],
    ['a float array', array({ code: 'f8' }), /the dtype 'u1' .*, found the text "f8"/],
    ['an object array', array({ code: 'O8' }), /found the text "O8"/],
    [
      'a dtype with fields',
      array({ dtypeState: bytes('(K', 3, text('|'), 'N)NJ', u32(0), 'J', u32(0), 'K', 0, 't') }),
      /a plain dtype without fields/,
    ],
    [
      'a big-endian dtype',
      array({ dtypeState: bytes('(K', 3, text('>'), 'NNNK', 0, 'K', 0, 'K', 0, 't') }),
      /byte order/,
    ],
    ['too few pixels', array({ pixels: bytes(1, 2) }), /6 bytes for the shape \(2, 3\), found 2 bytes/],
    [
      'a huge shape',
      array({ shape: bytes('J', u32(0x7fffffff), 'J', u32(0x7fffffff), 0x86) }),
      /bytes for the shape/,
    ],
    [
      'a negative shape',
      array({ shape: bytes('J', u32(0xfffffffe), 'J', u32(0xfffffffd), 0x86) }),
      /each 0 or more/,
    ],
    ['a shape that is no tuple', array({ shape: bytes('K', 6) }), /a shape, found 6/],
    ['one side', array({ shape: bytes('K', 6, 0x85) }), /a matrix of two sides, found shape \(6\)/],
    ['three sides', array({ shape: bytes('K', 1, 'K', 2, 'K', 3, 0x87) }), /found shape \(1, 2, 3\)/],
    [
      'an array without pixels',
      bytes(
        P4,
        named('numpy.core.multiarray', '_reconstruct'),
        named('numpy', 'ndarray'),
        'K',
        0,
        0x85,
        'C',
        1,
        'b',
        0x87,
        'R.',
      ),
      /an empty array/,
    ],
    ['a state for a list', bytes(P2, ']Nb.'), /a dtype or an empty array/],
    [
      'encode with another codec',
      bytes(P4, named('_codecs', 'encode'), text('a'), text('rot13'), 0x86, 'R.'),
      /codec 'latin1'/,
    ],
    [
      'a class as state',
      bytes(P4, named('numpy', 'ndarray'), named('numpy', 'dtype'), 'b.'),
      /to give a state to/,
    ],
  ])('%s', (_, file, message) => {
    const read = () => readByteMatrix(file, 'a.dat');
    expect(read).toThrow(PickleError);
    expect(read).toThrow(message);
    expect(read).toThrow(/^a\.dat, byte \d+: expected /);
  });

  it('every shortened copy of a good file', () => {
    for (let length = 0; length < GOOD.length; length++) {
      expect(() => readByteMatrix(GOOD.subarray(0, length), 'a.dat')).toThrow(PickleError);
    }
  });

  it('a good file with any one byte changed, or reads it as a matrix of bytes', () => {
    for (let i = 0; i < GOOD.length; i++) {
      for (const flip of [1, 0x20, 0x80, 0xff]) {
        const file = new Uint8Array(GOOD);
        file[i] ^= flip;
        try {
          const { rows: height, columns, data } = readByteMatrix(file, 'a.dat');
          expect(data).toHaveLength(height * columns);
        } catch (error) {
          expect(error).toBeInstanceOf(PickleError);
        }
      }
    }
  });

  it('a file that is too long', () => {
    expect(() => readByteMatrix(new Uint8Array((4 << 20) + 1), 'a.dat')).toThrow(/at most 4194304 bytes/);
  });
});
