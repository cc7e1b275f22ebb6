import path from 'node:path';
import { expect, test } from 'vitest';
import { commonEnd, folded, stackOf } from './stack';

const library = (name: string): string =>
  `    at ${name} (${path.resolve(__dirname, '../..')}/weights/load.js:3:1)`;
const foreign = (name: string): string => `    at ${name} (/home/me/node_modules/@scope/tool/index.js:3:1)`;
const CELL = '    at /home/me/cell-2.ts:1:7';
const MINE = '    at helper (/home/me/helper.js:1:7)';

test('many frames of one package are told by the first and the last', () => {
  expect(folded([...['a', 'b', 'c', 'd'].map(library), CELL])).toEqual([
    library('a'),
    '    … 2 more in convlab',
    library('d'),
    CELL,
  ]);
  expect(folded(['a', 'b', 'c', 'd', 'e'].map(foreign))[1]).toBe('    … 3 more in @scope/tool');
});

test('few frames, and those of the user, are all told', () => {
  const few = [library('a'), library('b'), library('c'), MINE, MINE, MINE, MINE, CELL, CELL, CELL, CELL];
  expect(folded(few)).toEqual(few);
});

test('frames of two packages are folded each by itself', () => {
  const frames = [...['a', 'b', 'c', 'd'].map(library), ...['e', 'f', 'g', 'h'].map(foreign)];
  expect(folded(frames).filter((line) => line.includes('more in'))).toHaveLength(2);
});

test('the common end of two stacks is counted', () => {
  expect(commonEnd([MINE, library('b'), CELL], [library('a'), library('b'), CELL])).toBe(2);
  expect(commonEnd([CELL], [MINE, CELL])).toBe(1);
  expect(commonEnd([CELL], [MINE])).toBe(0);
});

test("Node's frames and the kernel's own are left out", () => {
  const error = Object.assign(new Error('x'), {
    stack: `Error: x\n    at readSync (node:fs:1:2)\n${CELL}\n    at run (${__dirname}/evaluator.js:1:2)`,
  });
  expect(stackOf(error)).toEqual([CELL]);
});
