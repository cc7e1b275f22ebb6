import { InputError } from '../basics/errors';
import { tf } from '../engine/index';
import { $display, type MimeBundle } from '../plot/display';
import { html } from '../plot/templates';

interface Row {
  name: string;
  type: string;
  shape: string;
  parameters: number;
  /** Where its inputs come from, `-` for none. */
  inputs: string;
}

interface Column {
  title: string;
  /** Characters of text between the borders' spaces, as Keras' tables of 88 and 108 characters have them. */
  width: number;
  text: (row: Row) => string;
  isNumber?: boolean;
}

const name: Column = { title: 'Layer (type)', width: 36, text: (row) => `${row.name} (${row.type})` };
const shape: Column = { title: 'Output Shape', width: 27, text: (row) => row.shape };
const parameters: Column = {
  title: 'Param #',
  width: 15,
  text: (row) => grouped(row.parameters),
  isNumber: true,
};
const inputs: Column = { title: 'Connected to', width: 26, text: (row) => row.inputs };

const CHAIN = [name, shape, parameters];
const GRAPH = [{ ...name, width: 29 }, { ...shape, width: 25 }, parameters, inputs];

/** A model's layers as Keras 3 lists them. Shows itself as a table. */
export class Summary {
  private readonly columns: readonly Column[];
  private readonly rows: readonly Row[];
  private readonly totals: readonly string[];

  constructor(private readonly model: tf.LayersModel) {
    const nodes = Object.values((model.nodesByDepth as typeof model.nodesByDepth | undefined) ?? {});
    this.columns = isChain(model, nodes) ? CHAIN : GRAPH;
    this.rows = model.layers.map((layer) => rowOf(layer, nodes.flat()));
    const trainable = countOf(model.trainableWeights);
    const frozen = countOf(model.nonTrainableWeights);
    this.totals = [
      `Total params: ${withSize(trainable + frozen)}`,
      `Trainable params: ${withSize(trainable)}`,
      `Non-trainable params: ${withSize(frozen)}`,
    ];
  }

  /** What Keras' `model.summary()` prints; names that are too long for their column end in … */
  toString(): string {
    const title = `Model: "${this.model.name}"`;
    return [title, ...drawTable(this.columns, this.rows), ...this.totals.map((line) => ` ${line}`)].join(
      '\n',
    );
  }

  [$display](): MimeBundle {
    const head = this.columns.map(({ title }) => html`<th>${title}</th>`);
    const body = this.rows.map(
      (row) => html`<tr>${this.columns.map((column) => html`<td>${column.text(row)}</td>`)}</tr>`,
    );
    const totals = this.totals.map((line) => html`${line}<br>`);
    const table = html`<b>${this.model.name}</b><table><tr>${head}</tr>${body}</table><p>${totals}</p>`;
    return { 'text/html': table.text, 'text/plain': this.toString() };
  }
}

/**
 * The layers of a model with their output shapes and parameters, as Keras 3 lists them. For a model that is no plain
 * chain of layers, with what each is connected to.
 *
 * @throws InputError for a model without layers
 */
export function summary(model: tf.LayersModel): Summary {
  if (model.layers.length === 0) throw new InputError('models.summary', 'a model with layers', 'one without');
  return new Summary(model);
}

type Node = tf.layers.Layer['inboundNodes'][number];

/** Keras' rule: no two nodes at one depth, no node of several inputs, no layer used twice. */
function isChain(model: tf.LayersModel, depths: readonly Node[][]): boolean {
  const nodes = new Set(depths.flat());
  const single = depths.every((depth) => depth.length === 1 && depth[0].inputTensors.length <= 1);
  return (
    single && model.layers.every((layer) => layer.inboundNodes.filter((node) => nodes.has(node)).length <= 1)
  );
}

function rowOf(layer: tf.layers.Layer, nodes: readonly Node[]): Row {
  const connections = layer.inboundNodes
    .filter((node) => nodes.includes(node))
    .flatMap((node) =>
      node.inboundLayers.map(
        (source, i) => `${source.name}[${node.nodeIndices[i]}][${node.tensorIndices[i]}]`,
      ),
    );
  return {
    name: layer.name,
    type: layer.getClassName(),
    shape: shapeText(layer.inboundNodes.at(-1)!.outputShapes),
    parameters: layer.countParams(),
    inputs: connections.join(', ') || '-',
  };
}

function shapeText(shapes: Node['outputShapes']): string {
  if (!isShape(shapes))
    return shapes.length === 1 ? shapeText(shapes[0]) : `[${shapes.map(shapeText).join(', ')}]`;
  return `(${shapes.map((size) => size ?? 'None').join(', ')})`;
}

function isShape(shapes: Node['outputShapes']): shapes is (number | null)[] {
  return !Array.isArray(shapes[0]);
}

function countOf(weights: readonly { shape: (number | null)[] }[]): number {
  return weights.reduce((sum, weight) => sum + tf.util.sizeFromShape(weight.shape as number[]), 0);
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** Every weight is a float of 4 bytes. */
function withSize(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let size = 4 * count;
  let unit = 0;
  for (; size >= 1024; size /= 1024) unit++;
  return `${grouped(count)} (${size.toFixed(2)} ${units[unit]})`;
}

function drawTable(columns: readonly Column[], rows: readonly Row[]): string[] {
  const rule = ([left, fill, cross, right]: string) =>
    left + columns.map(({ width }) => fill.repeat(width + 2)).join(cross) + right;
  const draw = (border: string, cells: readonly string[][]) => {
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, i) => {
      const texts = columns.map(({ width, isNumber }, c) => {
        const text = cells[c][i] ?? '';
        return isNumber ? text.padStart(width) : text.padEnd(width);
      });
      return `${border} ${texts.join(` ${border} `)} ${border}`;
    });
  };
  const body = rows.map((row) =>
    draw(
      '│',
      columns.map(({ text, width }) => wrap(text(row), width)),
    ),
  );
  return [
    rule('┏━┳┓'),
    ...draw(
      '┃',
      columns.map(({ title }) => [title]),
    ),
    rule('┡━╇┩'),
    ...body.flatMap((lines, i) => (i === 0 ? lines : [rule('├─┼┤'), ...lines])),
    rule('└─┴┘'),
  ];
}

/** Lines of whole words; a word that is longer than a line is cut. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line));
}
