import type { Attributes, DType, Value } from '../ir';

export interface TensorType {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** Types of an operator's outputs from its inputs and attributes. Omitted inputs are `undefined` all the same. */
export type Rule = (inputs: readonly Value[], attrs: Attributes) => TensorType[];

export function ints(attrs: Attributes, name: string): readonly number[] | undefined {
  return attrs[name] as readonly number[] | undefined;
}

/** An axis counted from the end as one counted from the start. */
export function axisOf(axis: number, rank: number): number {
  const from = axis < 0 ? axis + rank : axis;
  if (!(from >= 0 && from < rank)) throw new TypeError(`axis ${axis} of ${rank} axes`);
  return from;
}
