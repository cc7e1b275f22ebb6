import { InputError } from '../basics/errors';

/**
 * How many values a shape holds.
 * @throws InputError when a side is not a whole number from 0
 */
export function sizeOf(where: string, shape: readonly number[]): number {
  const bad = shape.find((side) => !Number.isInteger(side) || side < 0);
  if (bad === undefined) return shape.reduce((size, side) => size * side, 1);
  throw new InputError(where, 'a shape of whole numbers from 0', `[${shape.join(', ')}]`);
}
