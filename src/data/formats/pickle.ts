import { PickleError } from '../errors';
import { Mismatch, build, reduce } from './numpy-array';
import { opcodeName } from './pickle-opcodes';
import {
  GLOBALS,
  Global,
  List,
  Mark,
  NumpyArray,
  Tuple,
  describeValue,
  type PickleValue,
} from './pickle-values';

/** A matrix of bytes, row by row. */
export interface ByteMatrix {
  rows: number;
  columns: number;
  data: Uint8Array;
}

/**
 * Bounds that any honest picture keeps. A file is at most 4 MB, and every item costs it at least a byte,
 * so nothing here can grow beyond a small multiple of the file.
 */
const LIMITS = { file: 4 << 20, stack: 65_536, memo: 16_384, marks: 16, line: 128 };

type Handler = (machine: Machine) => void;

/** The pickle machine, cut down to what a uint8 array or nested lists of whole numbers need. */
class Machine {
  private readonly stack: PickleValue[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private marks = 0;
  private at = 0;
  /** Where the opcode being run stands. */
  private start = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
  ) {}

  fail(expected: string, found: string, offset = this.start): never {
    throw new PickleError(this.file, offset, expected, found);
  }

  run(): PickleValue {
    if (this.bytes.length > LIMITS.file) {
      this.fail(`a file of at most ${LIMITS.file} bytes`, `${this.bytes.length} bytes`);
    }
    this.readProtocol();
    for (;;) {
      this.start = this.at;
      const code = this.uint(1);
      if (code === 0x2e) return this.stop();
      const handler = HANDLERS.get(code);
      if (!handler) this.fail('the opcodes of a uint8 array or of nested lists of numbers', opcodeName(code));
      this.guard(handler);
    }
  }

  private guard(handler: Handler): void {
    try {
      handler(this);
    } catch (error) {
      if (error instanceof Mismatch) this.fail(error.expected, error.found);
      throw error;
    }
  }

  private readProtocol(): void {
    const [proto, version] = [this.uint(1), this.uint(1)];
    if (proto !== 0x80) this.fail('a pickle, which begins with opcode PROTO (0x80)', opcodeName(proto));
    if (version !== 2 && version !== 4) this.fail('pickle protocol 2 or 4', `protocol ${version}`, 1);
  }

  private stop(): PickleValue {
    const left = this.bytes.length - this.at;
    if (left > 0) this.fail('the end of the file after STOP', `${left} more bytes`, this.at);
    if (this.stack.length !== 1) this.fail('one value at the end', `${this.stack.length}`);
    return this.pop();
  }

  /** The next `length` bytes; the length is checked against the file before anything is made. */
  take(length: number): Uint8Array {
    const left = this.bytes.length - this.at;
    if (length > left) this.fail(`${length} more bytes`, `${left} before the end of the file`, this.at);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** An unsigned number of `length` bytes, little end first; beyond 2^53 it is too large for any file. */
  uint(length: number): number {
    return this.take(length).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  int32(): number {
    return this.uint(4) | 0;
  }

  text(length: number): string {
    return Buffer.from(this.take(length)).toString('utf8');
  }

  line(): string {
    const end = this.bytes.subarray(this.at, this.at + LIMITS.line).indexOf(0x0a);
    if (end < 0) this.fail(`a line of at most ${LIMITS.line} bytes`, 'no end of line');
    return this.text(end + 1).slice(0, -1);
  }

  push(value: PickleValue): void {
    if (this.stack.length >= LIMITS.stack) {
      this.fail(`at most ${LIMITS.stack} values in waiting`, 'one more');
    }
    this.stack.push(value);
  }

  pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined || value instanceof Mark) this.fail('a value on the stack', describeValue(value));
    return value;
  }

  top(): PickleValue {
    const value = this.pop();
    this.stack.push(value);
    return value;
  }

  mark(): void {
    if (++this.marks > LIMITS.marks) this.fail(`nesting of at most ${LIMITS.marks}`, 'deeper nesting');
    this.push(new Mark());
  }

  sinceMark(): PickleValue[] {
    const mark = this.stack.findLastIndex((value) => value instanceof Mark);
    if (mark < 0) this.fail('an opcode MARK before', 'none');
    this.marks--;
    return this.stack.splice(mark).slice(1);
  }

  tuple(length: number): void {
    const items: PickleValue[] = [];
    for (let i = 0; i < length; i++) items.unshift(this.pop());
    this.push(new Tuple(items));
  }

  append(items: PickleValue[]): void {
    const list = this.top();
    if (!(list instanceof List)) this.fail('a list to append to', describeValue(list));
    for (const item of items) list.items.push(item);
  }

  put(index: number): void {
    if (this.memo.size >= LIMITS.memo) this.fail(`at most ${LIMITS.memo} values in the memo`, 'one more');
    this.memo.set(index, this.top());
  }

  memoize(): void {
    this.put(this.memo.size);
  }

  get(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) this.fail(`a value at ${index} of the memo`, 'nothing');
    this.push(value);
  }

  global(module: PickleValue, name: PickleValue): void {
    if (typeof module !== 'string' || typeof name !== 'string') {
      this.fail('a module and a name as text', `${describeValue(module)}, ${describeValue(name)}`);
    }
    const known = GLOBALS.get(`${module} ${name}`);
    if (!known) {
      const found = `${JSON.stringify(`${module}.${name}`.slice(0, 80))}, which was not run`;
      this.fail('only the names of NumPy arrays', found);
    }
    this.push(new Global(known));
  }

  frame(): void {
    const length = this.uint(8);
    const left = this.bytes.length - this.at;
    if (length > left) this.fail(`a frame of at most ${left} bytes`, `${length}`);
  }
}

/** What each accepted opcode does; every other one is refused by name. */
const HANDLERS: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [0x28, (m) => m.mark()],
  [0x29, (m) => m.push(new Tuple([]))],
  [0x42, (m) => m.push(m.take(m.uint(4)))], // BINBYTES
  [0x43, (m) => m.push(m.take(m.uint(1)))], // SHORT_BINBYTES
  [0x4a, (m) => m.push(m.int32())],
  [0x4b, (m) => m.push(m.uint(1))],
  [0x4d, (m) => m.push(m.uint(2))],
  [0x4e, (m) => m.push(null)],
  [0x52, reduceTop],
  [0x58, (m) => m.push(m.text(m.uint(4)))], // BINUNICODE
  [0x5d, (m) => m.push(new List())],
  [0x61, (m) => m.append([m.pop()])],
  [0x62, buildTop],
  [0x63, (m) => m.global(m.line(), m.line())],
  [0x65, (m) => m.append(m.sinceMark())],
  [0x68, (m) => m.get(m.uint(1))],
  [0x6a, (m) => m.get(m.uint(4))],
  [0x71, (m) => m.put(m.uint(1))],
  [0x72, (m) => m.put(m.uint(4))],
  [0x74, (m) => m.push(new Tuple(m.sinceMark()))],
  [0x85, (m) => m.tuple(1)],
  [0x86, (m) => m.tuple(2)],
  [0x87, (m) => m.tuple(3)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  [0x8c, (m) => m.push(m.text(m.uint(1)))], // SHORT_BINUNICODE
  [0x8e, (m) => m.push(m.take(m.uint(8)))], // BINBYTES8
  [0x93, globalTop],
  [0x94, (m) => m.memoize()],
  [0x95, (m) => m.frame()],
]);

function reduceTop(m: Machine): void {
  const args = m.pop();
  m.push(reduce(m.pop(), args));
}

function buildTop(m: Machine): void {
  const state = m.pop();
  build(m.top(), state);
}

function globalTop(m: Machine): void {
  const name = m.pop();
  m.global(m.pop(), name);
}

/**
 * Rows of equal length, each a list of whole numbers 0–255; anything else is refused. Lengths are checked
 * before memory is taken: one list may stand in many places, so a small file could stand for a huge matrix.
 */
function fromLists(
  list: List,
  limit: number,
  refuse: (expected: string, found: string) => never,
): ByteMatrix {
  const rows = list.items.map((row) =>
    row instanceof List ? row.items : refuse('a list of rows', `a row that is ${describeValue(row)}`),
  );
  const columns = rows.length > 0 ? rows[0].length : 0;
  const odd = rows.findIndex((row) => row.length !== columns);
  if (odd >= 0) refuse(`rows of ${columns} numbers`, `${rows[odd].length} in row ${odd}`);
  if (rows.length * columns > limit) refuse(`at most ${limit} numbers`, `${rows.length * columns}`);
  const data = Uint8Array.from(rows.flat(), (value) => {
    const isByte = typeof value === 'number' && value >= 0 && value <= 255;
    return isByte ? value : refuse('numbers from 0 to 255', describeValue(value));
  });
  return { rows: rows.length, columns, data };
}

/**
 * Read a pickle (protocol 2 or 4) of a two-dimensional NumPy uint8 array, or of nested lists of numbers
 * 0–255, and nothing else: no other name is looked up, nothing is ever called, and sizes are checked
 * before memory is taken. The format is that of Python's `pickletools`.
 *
 * @param bytes the whole file
 * @param file its name, for messages
 * @throws PickleError with the place, what was expected and what was found
 */
export function readByteMatrix(bytes: Uint8Array, file: string): ByteMatrix {
  const value = new Machine(bytes, file).run();
  const refuse = (expected: string, found: string): never => {
    throw new PickleError(file, bytes.length, expected, found);
  };
  if (value instanceof List) return fromLists(value, bytes.length, refuse);
  if (!(value instanceof NumpyArray)) return refuse('an array or a list', describeValue(value));
  if (value.shape?.length !== 2) {
    return refuse(
      'a matrix of two sides',
      value.shape ? `shape (${value.shape.join(', ')})` : 'an empty array',
    );
  }
  const [rows, columns] = value.shape;
  return { rows, columns, data: new Uint8Array(value.data) };
}
