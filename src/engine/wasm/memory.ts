import { WasmMemoryError } from '../errors';

/** What the guard needs of the compiled module. */
export interface WasmMemory {
  readonly HEAPU8: { readonly length: number };
  _malloc(bytes: number): number;
  _free(at: number): void;
}

/** WebAssembly's addresses have 32 bits. */
const MOST = 2 ** 32;

/** Left free for what kernels take for themselves: the largest is a copy of the weights of a dense layer. */
const RESERVE = 192 * 2 ** 20;

/**
 * Make the module refuse what does not fit into its memory. tfjs takes the null that `malloc` then gives for an address,
 * puts each further tensor there, and computes with what lies in it.
 */
export function guardMemory(wasm: WasmMemory): void {
  // The first call of the module's own function replaces it.
  wasm._free(wasm._malloc(1));
  const malloc = wasm._malloc.bind(wasm);
  wasm._malloc = (bytes) => {
    const at = bytes < MOST ? malloc(bytes) : 0;
    if (at === 0 && bytes > 0) throw new WasmMemoryError(bytes, wasm.HEAPU8.length);
    if (isReserveLeft(wasm, malloc)) return at;
    wasm._free(at);
    throw new WasmMemoryError(bytes, wasm.HEAPU8.length);
  };
}

function isReserveLeft(wasm: WasmMemory, malloc: (bytes: number) => number): boolean {
  if (wasm.HEAPU8.length + RESERVE < MOST) return true;
  const at = malloc(RESERVE);
  wasm._free(at);
  return at !== 0;
}
