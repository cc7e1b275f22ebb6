import { InputError } from '../basics/errors';

/** A list or a typed array. */
export type Numbers = Iterable<number> & ArrayLike<number>;

/** The smallest and the largest value. */
export type Ends = readonly [number, number];

/**
 * The smallest and the largest of some numbers.
 *
 * @param what these numbers are, for the message
 * @throws InputError when one of them is not finite
 */
export function extent(where: string, what: string, values: Numbers): Ends {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) {
      const hint = 'Has the training diverged? A smaller learning rate may help.';
      throw new InputError(where, `finite numbers in ${what}`, String(value), hint);
    }
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** Numbers as bytes, 0 at the low end to 255 at the high one; where the ends are one, 128. */
export function spanned(values: Numbers, [low, high]: Ends): Uint8Array {
  return Uint8Array.from(values, (value: number) =>
    high > low ? Math.round((255 * (value - low)) / (high - low)) : 128,
  );
}

/** A deviation below this share of the values is no more than the rounding of 32-bit floats. */
const ROUNDING = 1e-6;

/**
 * Numbers as bytes by how far they lie from their mean: 64 for each standard deviation, around 128, clipped to
 * 0–255 and cut to whole numbers. Where all are the same, as in a dead channel, 128 (the course divides by 0).
 */
export function standardised(values: Numbers): Uint8Array {
  let [sum, largest] = [0, 0];
  for (const value of values) {
    sum += value;
    largest = Math.max(largest, Math.abs(value));
  }
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const deviation = Math.sqrt(squares / values.length);
  if (deviation <= ROUNDING * largest) return new Uint8Array(values.length).fill(128);
  return Uint8Array.from(values, (value) => {
    return Math.min(255, Math.max(0, ((value - mean) / deviation) * 64 + 128));
  });
}
