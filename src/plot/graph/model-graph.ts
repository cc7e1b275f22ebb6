import { InputError } from '../../basics/errors';
import type { tf } from '../../engine/index';
import { $display, type MimeBundle } from '../display';
import { saveFile } from '../save';
import { blocksOf, type Block } from './blocks';
import { layOut, type Drawing } from './layout';
import { toPng } from './png';
import { toSvg } from './svg';

/** A picture of a network's layers or operators and how they are connected. Shows itself. */
export class ModelGraph {
  private drawing: Promise<Drawing> | undefined;

  constructor(
    private readonly blocks: readonly Block[],
    readonly title: string,
  ) {}

  /** The picture as self-contained SVG. */
  async toSvg(): Promise<string> {
    return toSvg(await this.draw());
  }

  /** The picture as a PNG file's bytes. */
  async toPng(): Promise<Buffer> {
    return toPng(await this.draw());
  }

  /**
   * Write the picture to a file, whole or not at all.
   *
   * @param file a name that ends in .svg or .png
   * @throws InputError for another ending
   */
  async save(file: string): Promise<void> {
    if (/\.svg$/i.test(file)) await saveFile(file, Buffer.from(await this.toSvg()));
    else if (/\.png$/i.test(file)) await saveFile(file, await this.toPng());
    else throw new InputError('ModelGraph.save', 'a name that ends in .svg or .png', file);
  }

  toString(): string {
    return `ModelGraph of ${this.title}`;
  }

  async [$display](): Promise<MimeBundle> {
    return { 'image/svg+xml': await this.toSvg(), 'text/plain': this.toString() };
  }

  private draw(): Promise<Drawing> {
    return (this.drawing ??= layOut(this.blocks, this.title));
  }
}

/**
 * A picture of a model, as Keras' `plot_model` with shapes: each layer with its name, class and output shape, data
 * flowing downwards, coloured by kind. Graphviz, in WebAssembly, finds the places.
 *
 * @throws InputError for a model without layers
 */
export function modelGraph(model: tf.LayersModel): ModelGraph {
  if (model.layers.length === 0)
    throw new InputError('plot.modelGraph', 'a model with layers', 'one without');
  const parameters = model.countParams().toLocaleString('en-US');
  const title = `${model.name}: ${model.layers.length} layers, ${parameters} parameters`;
  return new ModelGraph(blocksOf(model), title);
}
