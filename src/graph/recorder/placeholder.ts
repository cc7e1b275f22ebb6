import type { tf } from '../../engine/index';
import type { TensorType } from '../operators/rule';
import type { EngineInternals } from './engine';
import { readsValues } from './refusals';

/** Holds no values, so that there is nothing to free, and nothing to read. */
const nowhere = {
  disposeData: () => true,
  incRef: () => undefined,
  readSync: () => {
    throw readsValues('');
  },
  read: () => Promise.reject(readsValues('')),
};

/** A tensor that has a shape and a type, and no values. */
export function placeholder(engine: EngineInternals, { shape, dtype }: TensorType): tf.Tensor {
  const info = { dataId: {}, shape: [...shape], dtype: dtype as tf.DataType };
  return engine.makeTensorFromTensorInfo(info, nowhere);
}
