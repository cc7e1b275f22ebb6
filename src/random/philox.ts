const ROUNDS = 10;

/** The low and the high 32 bits of a whole number up to 2⁵³. */
function halves(value: number): [number, number] {
  return [value >>> 0, Math.floor(value / 4294967296) >>> 0];
}

/** The high 32 bits of a · (b1 · 2¹⁶ + b0). */
function multiplyHigh(a: number, b1: number, b0: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const low = a0 * b1 + (middle & 0xffff);
  return a1 * b1 + (middle >>> 16) + (low >>> 16);
}

/**
 * The counter-based generator Philox 4×32-10 (Salmon et al., “Parallel random numbers: as easy as 1, 2, 3”,
 * 2011) as TensorFlow uses it: the key is one seed, the upper half of the counter another, and block n of four
 * 32-bit numbers stands at counter n.
 *
 * @param seeds the key and the counter's upper half, whole numbers up to 2⁵³
 * @param block the number of the first block
 * @param out filled with the stream from there on; its last block may be cut off
 */
export function philox(seeds: readonly [number, number], block: number, out: Uint32Array): void {
  const [key0, key1] = halves(seeds[0]);
  const [upper0, upper1] = halves(seeds[1]);
  for (let start = 0; start < out.length; start += 4, block++) {
    let [c0, c1] = halves(block);
    let c2 = upper0;
    let c3 = upper1;
    let k0 = key0;
    let k1 = key1;
    for (let round = 0; round < ROUNDS; round++) {
      const high0 = multiplyHigh(c0, 0xd251, 0x1f53);
      const high1 = multiplyHigh(c2, 0xcd9e, 0x8d57);
      const low0 = Math.imul(c0, 0xd2511f53);
      const low1 = Math.imul(c2, 0xcd9e8d57);
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = (k0 + 0x9e3779b9) | 0;
      k1 = (k1 + 0xbb67ae85) | 0;
    }
    out[start] = c0; // a place past the end takes nothing
    out[start + 1] = c1;
    out[start + 2] = c2;
    out[start + 3] = c3;
  }
}
