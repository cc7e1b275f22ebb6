import { tf } from '../engine/index';
import { globalAveragePooling3d, zeroPadding3d } from '../layers/index';

/** Pictures, [examples, height, width, channels], or volumes, [examples, depth, height, width, channels]. */
export type Dimensions = 2 | 3;

/** The layers that differ between pictures and volumes, under one name. */
export const spatialLayers = {
  2: {
    conv: tf.layers.conv2d,
    zeroPadding: tf.layers.zeroPadding2d,
    maxPooling: tf.layers.maxPooling2d,
    averagePooling: tf.layers.averagePooling2d,
    globalAveragePooling: tf.layers.globalAveragePooling2d,
  },
  3: {
    conv: tf.layers.conv3d,
    zeroPadding: zeroPadding3d,
    maxPooling: tf.layers.maxPooling3d,
    averagePooling: tf.layers.averagePooling3d,
    globalAveragePooling: globalAveragePooling3d,
  },
} as const;
