import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../basics/errors';
import { tf } from '../../engine/index';
import { $display } from '../display';
import { blocksOf } from './blocks';
import { groundOf } from './colours';
import { layOut, SIZES, type Box } from './layout';
import { modelGraph } from './model-graph';

const load = createRequire(require.resolve('jimp'));
const { PNG } = load('pngjs') as {
  PNG: { sync: { read(file: Buffer): { width: number; height: number; data: Buffer } } };
};

let models: tf.LayersModel[] = [];
let tensors: number;
beforeEach(() => {
  tensors = tf.memory().numTensors;
});
afterEach(() => {
  models.forEach((model) => model.dispose());
  models = [];
  expect(tf.memory().numTensors).toBe(tensors);
});

function chain(): tf.Sequential {
  const layers = [
    tf.layers.conv2d({ name: 'conv', filters: 2, kernelSize: 3, inputShape: [8, 8, 1] }),
    tf.layers.maxPooling2d({ name: 'pool', poolSize: 2 }),
    tf.layers.flatten({ name: 'flat' }),
    tf.layers.dense({ name: 'out', units: 3 }),
  ];
  const model = tf.sequential({ name: 'chain', layers });
  models.push(model);
  return model;
}

/** Residual blocks of four layers, each with its shortcut: 5 · blocks + 1 layers and no weights. */
function residual(blocks: number): tf.LayersModel {
  const input = tf.input({ name: 'input', shape: [4] });
  let x = input;
  for (let i = 0; i < blocks; i++) {
    const path = [1, 2, 3].reduce((value, step) => {
      const name = `block${i}_${step}`;
      return tf.layers.activation({ name, activation: 'relu' }).apply(value) as tf.SymbolicTensor;
    }, x);
    const sum = tf.layers.add({ name: `block${i}_add` }).apply([path, x]);
    x = tf.layers.activation({ name: `block${i}_relu`, activation: 'relu' }).apply(sum) as tf.SymbolicTensor;
  }
  const model = tf.model({ name: 'residual', inputs: input, outputs: x });
  models.push(model);
  return model;
}

function overlap(a: Box, b: Box): boolean {
  const apart = a.left + a.width <= b.left || b.left + b.width <= a.left;
  return !apart && Math.abs(a.top - b.top) < SIZES.row;
}

describe('the blocks of a model', () => {
  it('are one for a chain', () => {
    expect(blocksOf(chain())).toEqual([
      {
        rows: [
          { name: 'conv', type: 'Conv2D', shape: '(None, 6, 6, 2)' },
          { name: 'pool', type: 'MaxPooling2D', shape: '(None, 3, 3, 2)' },
          { name: 'flat', type: 'Flatten', shape: '(None, 18)' },
          { name: 'out', type: 'Dense', shape: '(None, 3)' },
        ],
        next: [],
      },
    ]);
  });

  it('end where paths part and meet', () => {
    const blocks = blocksOf(residual(2));
    expect(blocks.map(({ rows, next }) => [rows.map(({ name }) => name).join(' '), next])).toEqual([
      ['input', [1, 2]],
      ['block0_1 block0_2 block0_3', [2]],
      ['block0_add block0_relu', [3, 4]],
      ['block1_1 block1_2 block1_3', [4]],
      ['block1_add block1_relu', []],
    ]);
  });

  it('know layers that are called twice, models within, and calls in other models', () => {
    const inner = tf.sequential({ name: 'inner', layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    const [one, two] = ['one', 'two'].map((name) => tf.input({ name, shape: [3] }));
    const outputs = tf.layers
      .add({ name: 'sum' })
      .apply([inner.apply(one), inner.apply(two)] as tf.SymbolicTensor[]);
    inner.apply(tf.input({ name: 'elsewhere', shape: [3] }));
    const model = tf.model({ inputs: [one, two], outputs: outputs as tf.SymbolicTensor });
    const names = blocksOf(model).map(({ rows }) => rows.map(({ name, type }) => `${name} ${type}`));
    expect(names.flat()).toEqual(['one InputLayer', 'two InputLayer', 'inner Sequential', 'sum Add']);
    tf.dispose(model.weights.map((weight) => weight.read()));
  });
});

describe('plot.modelGraph', () => {
  it.each([10, 80])('places %s residual blocks without a layer lost or covered', async (count) => {
    const model = residual(count);
    const { boxes, arrows, width, height } = await layOut(blocksOf(model), 'title');
    expect(boxes.map(({ row }) => row.name).sort()).toEqual(model.layers.map(({ name }) => name).sort());
    const inside = boxes.every(({ left, top, ...box }) => {
      return left >= 0 && top >= SIZES.title && left + box.width <= width && top + SIZES.row <= height;
    });
    expect(inside).toBe(true);
    expect(boxes.filter((box, i) => boxes.slice(i + 1).some((other) => overlap(box, other)))).toEqual([]);
    expect(arrows).toHaveLength(6 * count); // five layers, and the shortcut
    const tops = new Map(boxes.map(({ row, top }) => [row.name, top]));
    expect(tops.get('input')).toBeLessThan(tops.get('block0_1')!);
    expect(tops.get('block0_3')).toBeLessThan(tops.get('block0_add')!);
    expect(arrows.every(({ curve }) => curve.length % 3 === 1)).toBe(true);
  });

  it('draws names, classes and shapes as SVG', async () => {
    const svg = await modelGraph(chain()).toSvg();
    const parameters = 3 * 3 * 2 + 2 + 18 * 3 + 3;
    expect(svg).toContain(`<title>chain: 4 layers, ${parameters} parameters</title>`);
    for (const text of ['conv<tspan', '>Conv2D<', '(None, 6, 6, 2)', '>MaxPooling2D<', '(None, 3)']) {
      expect(svg).toContain(text);
    }
    expect(svg.match(/<rect /g)).toHaveLength(1 + 4);
    expect(svg.match(/<path /g)).toHaveLength(2 * 3);
    expect(svg).not.toContain('NaN');
  });

  it('escapes what it writes', async () => {
    const input = tf.input({ shape: [1, 1] });
    const outputs = tf.layers.flatten().apply(input) as tf.SymbolicTensor;
    const model = tf.model({ name: '<script>&', inputs: input, outputs });
    const svg = await modelGraph(model).toSvg();
    expect(svg).toContain('<title>&lt;script&gt;&amp;: 2 layers, 0 parameters</title>');
    expect(svg).not.toContain('<script');
  });

  it('draws the same as PNG', async () => {
    const model = chain();
    const { boxes, width, height } = await layOut(blocksOf(model), String(modelGraph(model)).slice(14));
    const picture = PNG.sync.read(await modelGraph(model).toPng());
    expect([picture.width, picture.height]).toEqual([width, height]);
    for (const { row, left, top } of boxes) {
      const at = 4 * ((Math.round(top) + 2) * width + Math.round(left) + 3);
      expect([...picture.data.subarray(at, at + 3)]).toEqual(groundOf(row.type));
    }
    const dark = picture.data.filter((value, i) => i % 4 === 0 && value < 100).length;
    expect(dark).toBeGreaterThan(500); // lettering
  });

  it('shows itself, and is saved by the ending of the name', async () => {
    const graph = modelGraph(chain());
    const svg = await graph.toSvg();
    expect(await graph[$display]()).toEqual({
      'image/svg+xml': svg,
      'text/plain': 'ModelGraph of chain: 4 layers, 77 parameters',
    });
    const folder = mkdtempSync(join(tmpdir(), 'convlab-graph-'));
    await graph.save(join(folder, 'a.svg'));
    await graph.save(join(folder, 'a.png'));
    await expect(graph.save(join(folder, 'a.pdf'))).rejects.toThrow(/ends in .svg or .png, got .*a.pdf/);
    expect(readFileSync(join(folder, 'a.svg'), 'utf8')).toBe(svg);
    expect(readFileSync(join(folder, 'a.png'))).toEqual(await graph.toPng());
    expect(readdirSync(folder).sort()).toEqual(['a.png', 'a.svg']);
    rmSync(folder, { recursive: true });
  });

  it('refuses a model without layers', () => {
    expect(() => modelGraph(tf.sequential())).toThrow(InputError);
  });
});
