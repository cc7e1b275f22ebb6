import { InputError } from '../basics/errors';
import type { tf } from '../engine/index';
import type { Dimensions } from './spatial';

/** What one dense layer takes. */
export interface DenseLayerOptions {
  /** Begins the names of its layers, such as `conv2_block1`. */
  name: string;
  /** Channels that it adds, the paper's k. Default 32. */
  growth?: number;
  /** Its 1×1 convolution has `bottleneck · growth` channels. Default 4. */
  bottleneck?: number;
  /** The share of new channels' values that are dropped while training, from 0 to below 1. Default 0. */
  dropout?: number;
  /** Draws the initial weights, together with each layer's name; default: new ones each time. */
  seed?: number;
}

export interface DenseBlockOptions extends DenseLayerOptions {
  /** How many dense layers. */
  layers: number;
}

export interface TransitionOptions {
  /** Begins the names of its layers, such as `pool2`. */
  name: string;
  /** The share of channels that it keeps, above 0 and up to 1: the paper's θ. Default 0.5. */
  compression?: number;
  /** As for {@link DenseLayerOptions}. */
  seed?: number;
}

/** Options of the named networks, which fix the blocks. */
export interface DenseNetVariantOptions
  extends Omit<DenseLayerOptions, 'name'>, Omit<TransitionOptions, 'name'> {
  /** 2 for pictures, 3 for volumes. */
  dimensions: Dimensions;
  /** Channels of the first convolution. Default 64. */
  initial?: number;
  /** Default 1000. */
  classes?: number;
  /** One example without its batch axis. Default [224, 224, 3], or [224, 224, 224, 1] in 3-D. */
  inputShape?: readonly number[];
}

export interface DenseNetOptions extends DenseNetVariantOptions {
  /** Dense layers in each block; between the blocks stand transitions. */
  blocks: readonly number[];
}

/** Every option, with the defaults filled in. */
export type CompleteOptions = Required<Omit<DenseNetOptions, 'seed'>> & Pick<DenseNetOptions, 'seed'>;

const defaultShapes = { 2: [224, 224, 3], 3: [224, 224, 224, 1] } as const;

/**
 * Fill in the defaults and check everything that can be checked before a layer is made.
 *
 * @throws InputError that names the option, what it must be and what it was
 */
export function completeOptions({
  dimensions,
  blocks,
  growth = 32,
  initial = 64,
  bottleneck = 4,
  dropout = 0,
  compression = 0.5,
  classes = 1000,
  inputShape = defaultShapes[dimensions],
  seed,
}: DenseNetOptions): CompleteOptions {
  const where = 'models.denseNet';
  if (!([2, 3] as unknown[]).includes(dimensions))
    throw new InputError(where, 'dimensions 2 or 3', describe(dimensions), 'Pictures have 2, volumes 3.');
  if (!Array.isArray(blocks) || blocks.length === 0 || !blocks.every(isCount))
    throw new InputError(where, 'blocks as a list of positive whole numbers', describe(blocks));
  checkLayer(where, { growth, bottleneck, dropout });
  checkCount(where, 'initial', initial);
  checkCount(where, 'classes', classes);
  checkCompression(where, compression);
  checkShape(where, dimensions, inputShape, blocks.length);
  return { dimensions, blocks, growth, initial, bottleneck, dropout, compression, classes, inputShape, seed };
}

/** Refuse what no dense layer can be made of. */
export function checkLayer(
  where: string,
  { growth, bottleneck, dropout }: Required<Pick<DenseLayerOptions, 'growth' | 'bottleneck' | 'dropout'>>,
): void {
  checkCount(where, 'growth', growth);
  checkCount(where, 'bottleneck', bottleneck);
  if (!(dropout >= 0 && dropout < 1))
    throw new InputError(where, 'dropout from 0 to below 1', describe(dropout));
}

export function checkCompression(where: string, compression: number): void {
  if (!(compression > 0 && compression <= 1))
    throw new InputError(where, 'compression above 0 and up to 1', describe(compression));
}

export function checkCount(where: string, name: string, value: number): void {
  if (!isCount(value)) throw new InputError(where, `${name} as a positive whole number`, describe(value));
}

/** How many axes the places of `x` have: 2 for a batch of pictures, 3 for one of volumes. */
export function dimensionsOf(where: string, x: tf.SymbolicTensor): Dimensions {
  if (x.rank === 4 || x.rank === 5) return x.rank === 4 ? 2 : 3;
  throw new InputError(
    where,
    '[examples, height, width, channels] or [examples, depth, height, width, channels]',
    `rank ${x.rank}, ${describe(x.shape)}`,
  );
}

/** The first convolution and its pooling each halve the size, rounding up; each transition halves, rounding down. */
function checkShape(
  where: string,
  dimensions: Dimensions,
  inputShape: readonly number[],
  blocks: number,
): void {
  const least = 4 * 2 ** (blocks - 1) - 3;
  const isRightRank = Array.isArray(inputShape) && inputShape.length === dimensions + 1;
  if (isRightRank && inputShape.every(isCount) && inputShape.slice(0, -1).every((size) => size >= least))
    return;
  const axes = dimensions === 2 ? '[height, width, channels]' : '[depth, height, width, channels]';
  throw new InputError(
    where,
    `an inputShape of ${axes} with sizes from ${least}`,
    describe(inputShape),
    `Smaller ones vanish in ${blocks} ${blocks === 1 ? 'block' : 'blocks'}.`,
  );
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 0;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
