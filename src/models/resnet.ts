import { InputError } from '../basics/errors';
import { tf } from '../engine/index';
import { glorotUniform, type Initializer } from '../random/index';

/** The widths of the three convolutions on a block's main path. */
export type BlockFilters = readonly [number, number, number];

export interface ResidualOptions {
  /** Draws every kernel; default the course's `glorot_uniform(seed=0)`, with TensorFlow 1's numbers. */
  kernelInitializer?: Initializer;
}

export interface ResNetOptions extends ResidualOptions {
  /** Height, width and channels of a picture, default [64, 64, 3]; each side at least 37. */
  inputShape?: readonly [number, number, number];
  /** How many classes, default 6. */
  classes?: number;
}

/** The smallest side that leaves the 2×2 average pooling something to pool. */
const LEAST_SIDE = 37;

/** Stages 2 to 5: the filters, the first block's stride, and the names of the blocks, of which the first is convolutional. */
const STAGES: readonly (readonly [BlockFilters, number, string])[] = [
  [[64, 64, 256], 1, 'abc'],
  [[128, 128, 512], 2, 'abcd'],
  [[256, 256, 1024], 2, 'abcdef'],
  [[512, 512, 2048], 2, 'abc'],
];

/** The layers of one block, named as in the course: `res2a_branch2a`, `bn2a_branch2a` … */
class Block {
  private readonly kernelInitializer: Initializer;

  constructor(
    private readonly name: string,
    { kernelInitializer = glorotUniform({ seed: 0 }) }: ResidualOptions,
  ) {
    this.kernelInitializer = kernelInitializer;
  }

  /** A convolution and batch normalisation over the channels. */
  convolve(x: tf.SymbolicTensor, branch: string, filters: number, kernelSize: number, strides: number) {
    const { kernelInitializer } = this;
    const name = `res${this.name}_branch${branch}`;
    const padding = kernelSize === 1 ? 'valid' : 'same';
    const conv = tf.layers.conv2d({ name, filters, kernelSize, strides, padding, kernelInitializer });
    const norm = tf.layers.batchNormalization({ name: `bn${this.name}_branch${branch}` });
    return norm.apply(conv.apply(x)) as tf.SymbolicTensor;
  }

  relu(x: tf.SymbolicTensor, suffix = ''): tf.SymbolicTensor {
    const name = `res${this.name}${suffix}_relu`;
    return tf.layers.activation({ name, activation: 'relu' }).apply(x) as tf.SymbolicTensor;
  }

  /** 1×1, f×f and 1×1 convolutions, relu after the first two; the first one takes the stride. */
  mainPath(x: tf.SymbolicTensor, f: number, filters: BlockFilters, strides: number): tf.SymbolicTensor {
    const first = this.relu(this.convolve(x, '2a', filters[0], 1, strides), '_branch2a');
    const second = this.relu(this.convolve(first, '2b', filters[1], f, 1), '_branch2b');
    return this.convolve(second, '2c', filters[2], 1, 1);
  }

  /** The main path and the shortcut, added, then relu. */
  join(main: tf.SymbolicTensor, shortcut: tf.SymbolicTensor): tf.SymbolicTensor {
    const sum = tf.layers.add({ name: `res${this.name}_add` }).apply([main, shortcut]);
    return this.relu(sum as tf.SymbolicTensor);
  }
}

/**
 * The identity block of a residual network (He et al., “Deep residual learning for image recognition”, 2015): three
 * convolutions, each with batch normalisation, and the input added to what comes out of them.
 *
 * @param x [examples, height, width, channels]; it has `filters[2]` channels
 * @param f the side of the middle convolution's kernel
 * @param filters the widths of the three convolutions
 * @param stage and `block` name the layers, such as `res2b_branch2a` and `bn2b_branch2a` for 2 and `'b'`
 * @returns the block's output, shaped as x
 * @throws InputError when x has another number of channels: then it cannot be added
 */
export function identityBlock(
  x: tf.SymbolicTensor,
  f: number,
  filters: BlockFilters,
  stage: number,
  block: string,
  options: ResidualOptions = {},
): tf.SymbolicTensor {
  const channels = x.shape[3];
  if (x.rank !== 4 || channels !== filters[2]) {
    throw new InputError(
      'models.identityBlock',
      `an input of [examples, height, width, ${filters[2]}]`,
      `[${x.shape.map(String).join(', ')}]`,
      'Where the shapes differ, use models.convolutionalBlock.',
    );
  }
  const layers = new Block(`${stage}${block}`, options);
  return layers.join(layers.mainPath(x, f, filters, 1), x);
}

/**
 * The convolutional block of a residual network: as {@link identityBlock}, with a 1×1 convolution and batch
 * normalisation on the shortcut too (`res2a_branch1`), so that the output may have another shape.
 *
 * @param x [examples, height, width, channels]
 * @param s the stride of the first convolution and of the shortcut, default 2
 * @returns [examples, ⌈height / s⌉, ⌈width / s⌉, filters[2]]
 */
export function convolutionalBlock(
  x: tf.SymbolicTensor,
  f: number,
  filters: BlockFilters,
  stage: number,
  block: string,
  s = 2,
  options: ResidualOptions = {},
): tf.SymbolicTensor {
  const layers = new Block(`${stage}${block}`, options);
  const main = layers.mainPath(x, f, filters, s);
  return layers.join(main, layers.convolve(x, '1', filters[2], 1, s));
}

/**
 * The course's ResNet50: zero padding of 3, a 7×7 convolution of stride 2, max pooling, four stages of residual blocks
 * (1 convolutional and 2, 3, 5 and 2 identity blocks), average pooling and a softmax. For 64×64×3 and 6 classes:
 * 23,600,006 parameters, 23,546,886 of them trainable. Layers with weights have the course's names: conv1, bn_conv1,
 * res2a_branch2a, bn2a_branch2a … fc6 (`fc` and the number of classes).
 *
 * @returns a model from [examples, …inputShape] to [examples, classes], not compiled; its loss is
 *   `categoricalCrossentropy`
 * @throws InputError for pictures that are too small, or fewer than two classes
 */
export function resnet50({
  inputShape = [64, 64, 3],
  classes = 6,
  ...options
}: ResNetOptions = {}): tf.LayersModel {
  checkSizes(inputShape, classes);
  const { kernelInitializer = glorotUniform({ seed: 0 }) } = options;
  const input = tf.input({ name: 'input', shape: [...inputShape] });
  let x = stem(input, kernelInitializer);
  STAGES.forEach(([filters, strides, blocks], i) => {
    x = convolutionalBlock(x, 3, filters, i + 2, blocks[0], strides, { kernelInitializer });
    for (const block of blocks.slice(1)) {
      x = identityBlock(x, 3, filters, i + 2, block, { kernelInitializer });
    }
  });
  const head = [
    tf.layers.averagePooling2d({ name: 'avg_pool', poolSize: 2 }),
    tf.layers.flatten({ name: 'flatten' }),
    tf.layers.dense({ name: `fc${classes}`, units: classes, activation: 'softmax', kernelInitializer }),
  ];
  return tf.model({ name: 'ResNet50', inputs: input, outputs: through(x, head) });
}

/** What comes before the residual blocks: a quarter of the height and the width, 64 channels. */
function stem(x: tf.SymbolicTensor, kernelInitializer: Initializer): tf.SymbolicTensor {
  return through(x, [
    tf.layers.zeroPadding2d({ name: 'pad', padding: 3 }),
    tf.layers.conv2d({ name: 'conv1', filters: 64, kernelSize: 7, strides: 2, kernelInitializer }),
    tf.layers.batchNormalization({ name: 'bn_conv1' }),
    tf.layers.activation({ name: 'conv1_relu', activation: 'relu' }),
    tf.layers.maxPooling2d({ name: 'max_pool', poolSize: 3, strides: 2 }),
  ]);
}

function through(x: tf.SymbolicTensor, layers: readonly tf.layers.Layer[]): tf.SymbolicTensor {
  return layers.reduce((value, layer) => layer.apply(value) as tf.SymbolicTensor, x);
}

function checkSizes(inputShape: readonly number[], classes: number): void {
  const [height, width, channels] = inputShape;
  if (!inputShape.every(Number.isInteger) || Math.min(height, width) < LEAST_SIDE || channels < 1) {
    const expected = `an inputShape of [height, width, channels] from [${LEAST_SIDE}, ${LEAST_SIDE}, 1]`;
    throw new InputError('models.resnet50', expected, `[${inputShape.join(', ')}]`);
  }
  if (!Number.isInteger(classes) || classes < 2) {
    throw new InputError('models.resnet50', 'classes to be a whole number from 2', String(classes));
  }
}
