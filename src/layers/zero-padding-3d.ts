import { InputError } from '../basics/errors';
import { tf } from '../engine/index';
import { channelsLast, type VolumeLayerArgs, type VolumeShape } from './volumes';

type Pair = [number, number];

export interface ZeroPadding3DArgs extends VolumeLayerArgs {
  /**
   * Zeros added before and after: the same count everywhere, one for each axis, or `[before, after]` for each axis.
   * Default 1.
   */
  padding?: number | [number, number, number] | [Pair, Pair, Pair];
}

/** The layer of {@link zeroPadding3d}; as in Keras, `ZeroPadding3D` in files. */
export class ZeroPadding3D extends tf.layers.Layer {
  static readonly className = 'ZeroPadding3D';
  readonly padding: readonly [Pair, Pair, Pair];

  constructor(args: ZeroPadding3DArgs = {}) {
    super(args);
    channelsLast('ZeroPadding3D', args.dataFormat);
    this.padding = pairs(args.padding ?? 1);
    this.inputSpec = [new tf.InputSpec({ ndim: 5 })];
  }

  override computeOutputShape(inputShape: VolumeShape): VolumeShape {
    return inputShape.map((size, axis) => {
      if (size === null || axis === 0 || axis === 4) return size;
      const [before, after] = this.padding[axis - 1];
      return size + before + after;
    });
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    return tf.pad(x, [[0, 0], ...this.padding, [0, 0]]);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {
      ...super.getConfig(),
      padding: this.padding.map((pair) => [...pair]),
      dataFormat: 'channelsLast',
    };
  }
}
tf.serialization.registerClass(ZeroPadding3D);

/**
 * Zeros around a volume: [examples, depth, height, width, channels] grows by `padding` on its three middle axes.
 *
 * @throws InputError for a padding that is not whole numbers from 0, or for channels that do not come last
 */
export function zeroPadding3d(args?: ZeroPadding3DArgs): ZeroPadding3D {
  return new ZeroPadding3D(args);
}

function pairs(padding: NonNullable<ZeroPadding3DArgs['padding']>): [Pair, Pair, Pair] {
  const axes = Array.isArray(padding) ? padding : [padding, padding, padding];
  const result = axes.map((axis): number[] => (Array.isArray(axis) ? axis : [axis, axis]));
  const fits = result.length === 3 && result.every((pair) => pair.length === 2);
  if (!fits || !result.flat().every((size) => Number.isInteger(size) && size >= 0)) {
    throw new InputError(
      'layers.zeroPadding3d',
      'padding as a whole number from 0, three of them, or three pairs',
      JSON.stringify(padding),
    );
  }
  return result as [Pair, Pair, Pair];
}
