import type { tf } from '../../engine/index';
import type { Value } from '../ir';

/** One call of a tfjs kernel, its tensors replaced by values. */
export interface KernelCall {
  readonly kernel: string;
  /** By the kernel's own names; by position for kernels that take a list. */
  readonly inputs: Readonly<Record<string, Value | undefined>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly outputs: readonly Value[];
  readonly layer: string;
}

/** A variable as the traced function found it, and as it left it or with the gradient that was computed for it. */
export interface TapeState {
  readonly name: string;
  readonly variable: tf.Variable;
  readonly input: Value;
  readonly output: Value;
  readonly gives: 'next' | 'gradient';
}

/** All that a function did with tensors, in order. */
export interface Tape {
  readonly calls: readonly KernelCall[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly { readonly name: string; readonly value: Value }[];
  readonly states: readonly TapeState[];
}
