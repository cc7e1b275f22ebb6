import type { tf } from '../../engine/index';
import { TraceError } from '../errors';
import type { DType } from '../ir';

/** A tensor's type and shape, where a graph can hold it. */
export function typeOf({ dtype, shape }: tf.Tensor): { shape: number[]; dtype: Exclude<DType, 'int64'> } {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return { shape: [...shape], dtype };
  throw new TraceError(
    `A graph holds no ${dtype} tensors, and the traced function uses one of [${shape.join(', ')}].`,
  );
}

export function readsValues(layer: string): TraceError {
  const place = layer === '' ? '' : ` in layer "${layer}"`;
  return new TraceError(
    `The traced function reads a tensor's values${place} (data, array, print …). A graph has no values while it is ` +
      'traced: compute with tensors (tf.where instead of if), or return the tensor and read it afterwards.',
  );
}

export function makesVariable({ name }: tf.Variable): TraceError {
  return new TraceError(
    `The traced function makes a variable, ${name}. Make variables before: ` +
      'a layer makes its own when it is first called, so call the model once.',
  );
}

export function assignsVariable({ name }: tf.Variable): TraceError {
  return new TraceError(
    `The traced function assigns the variable ${name}, which a graph of a function cannot do. ` +
      'Call layers without { training: true }, or trace a training step with graph.traceStep.',
  );
}
