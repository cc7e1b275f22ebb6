import { InputError } from '../basics/errors';
import type { tf } from '../engine/index';

/** [examples, depth, height, width, channels]; null where any size will do. */
export type VolumeShape = (number | null)[];

/** What a layer for volumes takes besides its own arguments. */
export interface VolumeLayerArgs extends NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]> {
  /** Only `channelsLast`, which Keras' files name; the engines compute no other. */
  dataFormat?: 'channelsLast';
}

/** Refuse `channelsFirst`, which a file may ask for. */
export function channelsLast(className: string, dataFormat: string | undefined): void {
  if (dataFormat === undefined || dataFormat === 'channelsLast') return;
  throw new InputError(className, "dataFormat 'channelsLast'", `'${dataFormat}'`);
}
