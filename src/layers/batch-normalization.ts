import { InputError } from '../basics/errors';
import { tf } from '../engine/index';

type Shape = (number | null)[];

/** What is used here of tfjs-layers' own class. */
interface BatchNormalization {
  readonly name: string;
  /** Keras 2 writes a list of one. */
  axis: number | number[];
  build: (this: BatchNormalization, inputShape: Shape) => void;
  call: (
    this: BatchNormalization,
    inputs: tf.Tensor | tf.Tensor[],
    kwargs: object,
  ) => tf.Tensor | tf.Tensor[];
}

/**
 * tfjs's batch normalization refuses volumes, [examples, depth, height, width, channels]. A channel's mean and
 * variance do not heed how its places are arranged, so a volume is normalized as a picture of depth · height rows.
 *
 * The class itself is mended rather than another one added: `tf.layers.batchNormalization` and Keras' files work alike.
 */
function acceptVolumes(prototype: BatchNormalization): void {
  const { build, call } = prototype;
  prototype.build = function (inputShape) {
    const { length: rank } = inputShape;
    if (rank === 5) {
      const axis = String(this.axis);
      if (axis !== '4' && axis !== '-1') {
        throw new InputError(
          this.name,
          'the channels of a volume on its last axis (axis -1 or 4)',
          `axis ${axis}`,
        );
      }
      // Said from the end, it holds for the picture too.
      this.axis = -1;
    }
    build.call(this, inputShape);
  };
  prototype.call = function (inputs, kwargs) {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    if (x.rank !== 5) return call.call(this, inputs, kwargs);
    return tf.tidy(() => {
      const [examples, depth, height, width, channels] = x.shape as [number, number, number, number, number];
      const picture = x.reshape([examples, depth * height, width, channels]);
      return (call.call(this, picture, kwargs) as tf.Tensor).reshape(x.shape);
    });
  };
}

const [stock] = tf.serialization.SerializationMap.getMap().classNameMap.BatchNormalization;
acceptVolumes((stock as unknown as { prototype: BatchNormalization }).prototype);
