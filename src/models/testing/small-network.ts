import { tf } from '../../engine/index';

const conv = (name: string, filters: number) =>
  tf.layers.conv2d({ name, filters, kernelSize: 1, useBias: false });

/** A picture of 16 values, then 32 and 48 that are put together to 80, then 16. */
export function network(): tf.LayersModel {
  const input = tf.input({ shape: [4, 4, 1] });
  const a = conv('a', 2).apply(input) as tf.SymbolicTensor;
  const b = conv('b', 3).apply(a) as tf.SymbolicTensor;
  const both = tf.layers.concatenate({ name: 'both' }).apply([a, b]);
  return tf.model({ name: 'small', inputs: input, outputs: conv('d', 1).apply(both) as tf.SymbolicTensor });
}
