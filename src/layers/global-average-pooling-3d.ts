import { tf } from '../engine/index';
import { channelsLast, type VolumeLayerArgs, type VolumeShape } from './volumes';

export interface GlobalAveragePooling3DArgs extends VolumeLayerArgs {
  /** Keep the averaged axes with a size of 1, as Keras' argument of this name. Default false. */
  keepdims?: boolean;
}

/** The layer of {@link globalAveragePooling3d}; as in Keras, `GlobalAveragePooling3D` in files. */
export class GlobalAveragePooling3D extends tf.layers.Layer {
  static readonly className = 'GlobalAveragePooling3D';
  readonly keepdims: boolean;

  constructor(args: GlobalAveragePooling3DArgs = {}) {
    super(args);
    channelsLast('GlobalAveragePooling3D', args.dataFormat);
    this.keepdims = args.keepdims ?? false;
    this.inputSpec = [new tf.InputSpec({ ndim: 5 })];
  }

  override computeOutputShape([examples, , , , channels]: VolumeShape): VolumeShape {
    return this.keepdims ? [examples, 1, 1, 1, channels] : [examples, channels];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    return tf.mean(x, [1, 2, 3], this.keepdims);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), keepdims: this.keepdims, dataFormat: 'channelsLast' };
  }
}
tf.serialization.registerClass(GlobalAveragePooling3D);

/** The average of each channel over a whole volume: [examples, depth, height, width, channels] to [examples, channels]. */
export function globalAveragePooling3d(args?: GlobalAveragePooling3DArgs): GlobalAveragePooling3D {
  return new GlobalAveragePooling3D(args);
}
