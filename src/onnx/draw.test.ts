import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tf } from '../engine/index';
import { tracingEngines, useEngine } from '../graph/testing/engines';
import { denseLayer } from '../models/index';
import { $display } from '../plot/display';
import { draw, OnnxReadError } from './draw';
import { exportModel } from './export';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'convlab-draw-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

it.each(tracingEngines)('draws what is in the file that was exported on %s', async (engine) => {
  await useEngine(engine);
  const input = tf.input({ shape: [8, 8, 4], name: 'picture' });
  const model = tf.model({
    name: 'layer',
    inputs: input,
    outputs: denseLayer(input, { growth: 3, name: 'dense' }),
  });
  const file = path.join(folder, `${engine}.onnx`);
  const { operators } = await exportModel(model, file);
  model.dispose();
  const graph = await draw(file);
  expect(String(graph)).toBe(`ModelGraph of ${engine}.onnx: ${operators} operators`);
  const svg = await graph.toSvg();
  // The paper, the input and the operators; weights have no boxes.
  expect(count(svg, /<rect /g)).toBe(1 + 1 + operators);
  for (const text of [
    'picture<tspan',
    '[batch, 8, 8, 4]',
    '>Conv<',
    '>Concat<',
    'dense_2_conv/Conv',
    'batch',
  ])
    expect(svg).toContain(text);
  expect(svg).not.toMatch(/NaN|undefined/);
  // Each operator is reached, and the input takes two ways: through the layer, and past it.
  expect(count(svg, /<path d="M[^Z]*C/g)).toBeGreaterThanOrEqual(operators + 1);
  expect(Object.keys(await graph[$display]())).toEqual(['image/svg+xml', 'text/plain']);
});

it('says what it cannot read', async () => {
  const missing = path.join(folder, 'missing.onnx');
  await expect(draw(missing)).rejects.toThrow(`Cannot read ${missing}: ENOENT`);
  const broken = path.join(folder, 'broken.onnx');
  for (const bytes of ['', 'no model', '\u0008\u0008:\u00ff']) {
    writeFileSync(broken, bytes);
    await expect(draw(broken)).rejects.toThrow(OnnxReadError);
    await expect(draw(broken)).rejects.toThrow(/broken\.onnx: it is not an ONNX model, or/);
  }
  await expect(draw(broken)).rejects.toThrow(/or is damaged \(.+\)/);
});
