import { tf } from '../engine/index';
import { TraceError } from './errors';

/** What a traced function takes and gives: one tensor, a list, or tensors by name. */
export type Tensors = tf.Tensor | readonly tf.Tensor[] | Readonly<Record<string, tf.Tensor>>;

/** How a function's tensors are put together; the names are those of the graph's inputs or outputs. */
export interface Layout {
  readonly kind: 'one' | 'list' | 'record';
  readonly names: readonly string[];
}

/** Name tensors: `input` for one, `input_0`, `input_1` … for a list, their own names else. */
export function layoutOf(tensors: Tensors, name: string): Layout {
  if (tensors instanceof tf.Tensor) return { kind: 'one', names: [name] };
  if (Array.isArray(tensors)) return { kind: 'list', names: tensors.map((_, i) => `${name}_${i}`) };
  return { kind: 'record', names: Object.keys(tensors) };
}

/** The tensors, in the order of their layout's names. */
export function flatten(tensors: Tensors): readonly tf.Tensor[] {
  return tensors instanceof tf.Tensor ? [tensors] : Object.values(tensors);
}

/** The reverse of {@link flatten}. */
export function unflatten({ kind, names }: Layout, tensors: readonly tf.Tensor[]): Tensors {
  if (kind === 'one') return tensors[0];
  return kind === 'list' ? tensors : Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
}

/**
 * @throws TraceError unless the value is a tensor, or a non-empty list or record of them
 */
export function assertTensors(value: unknown, what: string): asserts value is Tensors {
  const all = value instanceof tf.Tensor ? [value] : Object.values(value ?? {});
  if (typeof value === 'object' && all.length > 0 && all.every((each) => each instanceof tf.Tensor)) return;
  const seen =
    value instanceof Promise ? 'a promise; a traced function must not be async' : describeValue(value, all);
  throw new TraceError(`Expected ${what} to be a tensor, a list of tensors or tensors by name, got ${seen}.`);
}

function describeValue(value: unknown, all: readonly unknown[]): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (all.length === 0) return Array.isArray(value) ? 'an empty list' : 'an object without tensors';
  const stranger = all.find((each) => !(each instanceof tf.Tensor));
  return `one with ${stranger === null ? 'null' : typeof stranger} in it`;
}
