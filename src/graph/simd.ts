import { WebAssembly, type Memory } from './webassembly';

/** WebAssembly instructions that leave four floats on the stack. */
type Code = readonly number[];

/** Four elements of an array, which can be read and set. */
export interface Elements {
  readonly address: Code;
}

/** What a formula is written with: an array's elements, or a number that is the same for all of them. */
export type Operand = Code | Elements;

const SIMD = 0xfd;
const load = [SIMD, 0x00, 0, 0];
const store = [SIMD, 0x0b, 0, 0];
const splat = [SIMD, 0x13];
const [CONST, LT, ANDNOT, ABS] = [0x0c, 0x43, 0x4f, 0xe0];
const [I32, F32, V128] = [0x7f, 0x7d, 0x7b];

const codeOf = (operand: Operand): Code => ('address' in operand ? [...operand.address, ...load] : operand);

const operator =
  (opcode: number) =>
  (...operands: readonly Operand[]): Code => [...operands.flatMap(codeOf), SIMD, opcode, 1];

type Unary = (x: Operand) => Code;
type Binary = (a: Operand, b: Operand) => Code;

export const sqrt: Unary = operator(0xe3);
export const add: Binary = operator(0xe4);
export const sub: Binary = operator(0xe5);
export const mul: Binary = operator(0xe6);
export const div: Binary = operator(0xe7);

/**
 * Elements, with zero in the place of those nearer to zero than `least`. Processors take many times as long over numbers
 * below 2⁻¹²⁶, which what decays comes to; other libraries let the processor itself take them for zero.
 */
export function flush({ address }: Elements, least: number): Code {
  const value = [...address, ...load];
  const bytes = new Uint8Array(Float32Array.of(least, least, least, least).buffer);
  return [...value, ...value, SIMD, ABS, 1, SIMD, CONST, ...bytes, SIMD, LT, SIMD, ANDNOT];
}

/** Give elements new values, which what is read after it sees. */
export const set = ({ address }: Elements, value: Operand): Code => [...address, ...codeOf(value), ...store];

/** Runs a formula on arrays that lie in one memory, from its place on, and on numbers. */
export type Run = (bytes: number, ...placesAndNumbers: number[]) => void;

/** The same arithmetic for all elements of some arrays, four of them at a time, in WebAssembly. */
export class Formula {
  readonly #module: object;
  readonly #runs = new WeakMap<Memory, Run>();

  /**
   * @param arrays how many arrays there are
   * @param numbers how many numbers
   * @param write what to do, as the instructions of {@link set}
   */
  constructor(
    arrays: number,
    numbers: number,
    write: (arrays: readonly Elements[], numbers: readonly Operand[]) => readonly Code[],
  ) {
    this.#module = new WebAssembly.Module(moduleOf(arrays, numbers, write));
  }

  /**
   * Change arrays of one length in place.
   *
   * @param arrays float32 in `memory`, at multiples of 16 bytes, with memory of their own up to the next such
   */
  run(memory: Memory, arrays: readonly Float32Array[], numbers: readonly number[]): void {
    const [{ byteLength }] = arrays;
    if (byteLength > 0)
      this.#on(memory)(byteLength, ...arrays.map(({ byteOffset }) => byteOffset), ...numbers);
  }

  #on(memory: Memory): Run {
    let run = this.#runs.get(memory);
    if (run === undefined) {
      run = new WebAssembly.Instance(this.#module, { '': { '': memory } }).exports[''] as Run;
      this.#runs.set(memory, run);
    }
    return run;
  }
}

const get = (local: number): Code => [0x20, local];
const put = (local: number): Code => [0x21, local];

/** A count as WebAssembly has them: seven bits a byte. */
const leb = (count: number): Code => (count < 128 ? [count] : [(count & 127) | 128, ...leb(count >> 7)]);

const list = (...items: readonly Code[]): Code => [...leb(items.length), ...items.flat()];

const section = (id: number, content: Code): Code => [id, ...leb(content.length), ...content];

/** One function of a length in bytes, places and numbers, on a memory that it imports. */
function moduleOf(
  arrays: number,
  numbers: number,
  write: ConstructorParameters<typeof Formula>[2],
): Uint8Array<ArrayBuffer> {
  const types = [I32, ...Array<number>(arrays).fill(I32), ...Array<number>(numbers).fill(F32)];
  const at = types.length;
  const spread = Array.from({ length: numbers }, (_, i) => ({ number: 1 + arrays + i, all: at + 1 + i }));
  const elements = Array.from({ length: arrays }, (_, i) => ({ address: [...get(1 + i), ...get(at), 0x6a] }));
  const next = [...get(at), 0x41, 16, 0x6a, 0x22, at];
  const code = [
    ...list([1, I32], [...leb(numbers), V128]),
    ...spread.flatMap(({ number, all }) => [...get(number), ...splat, ...put(all)]),
    ...[0x03, 0x40],
    ...write(
      elements,
      spread.map(({ all }) => get(all)),
    ).flat(),
    ...[...next, ...get(0), 0x49, 0x0d, 0],
    ...[0x0b, 0x0b],
  ];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list([0x60, ...list(...types.map((type) => [type])), 0])),
    ...section(2, list([0, 0, 2, 0, 0])),
    ...section(3, list([0])),
    ...section(7, list([0, 0, 0])),
    ...section(10, list([...leb(code.length), ...code])),
  ]);
}
