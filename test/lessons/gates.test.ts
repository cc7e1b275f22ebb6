/** What the lessons must reach, and that `notebooks/expected.json` tells what their stored outputs show. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GATE_MIME } from '../../src/grade/gate';

const FOLDER = join(__dirname, '..', '..', 'notebooks');

/** The least that a full run on the real data must reach. */
const GATES: Record<string, Record<string, number>> = {
  '03-mnist-convolution': { 'test accuracy': 0.983 },
  '04-lenet5': { 'test accuracy, LeNet-5': 0.985, 'test accuracy, one convolution more': 0.982 },
  '05-horse-or-human': { 'training accuracy': 0.85, 'validation accuracy': 0.8 },
  '06-happy-or-sad': { 'best training accuracy': 0.95 },
  '07-resnet50': { 'test accuracy': 0.85 },
  '08-densenet': { 'test accuracy': 0.85 },
  '09-densenet-3d': { 'test accuracy': 0.9 },
};

interface Gate {
  name: string;
  value: number;
  atLeast: number;
  engine: string;
}

interface Cell {
  source: string[];
  outputs?: { data?: Record<string, unknown> }[];
}

interface Entry {
  seconds: number;
  cores: number;
  engine?: string;
  gates?: Record<string, { atLeast: number; reached: number }>;
}

const cellsOf = (lesson: string) =>
  (JSON.parse(readFileSync(join(FOLDER, `${lesson}.ipynb`), 'utf8')) as { cells: Cell[] }).cells;

const storedGates = (lesson: string) =>
  cellsOf(lesson)
    .flatMap(({ outputs = [] }) => outputs)
    .flatMap(({ data = {} }) => (GATE_MIME in data ? [data[GATE_MIME] as Gate] : []));

const expectedFile = join(FOLDER, 'expected.json');
const expected = existsSync(expectedFile)
  ? (JSON.parse(readFileSync(expectedFile, 'utf8')) as Record<string, Entry>)
  : {};

describe.each(Object.entries(GATES))('%s', (lesson, gates) => {
  it('asks for what it must reach', () => {
    const source = cellsOf(lesson)
      .flatMap((cell) => cell.source)
      .join('');
    for (const [name, atLeast] of Object.entries(gates)) {
      const call = new RegExp(`grade\\.gate\\('${name}',[^;]*atLeast: ${String(atLeast)}\\b`);
      expect(source).toMatch(call);
    }
  });
});

const stored = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.ipynb'))
  .map((file) => file.replace('.ipynb', ''))
  .filter((lesson) => storedGates(lesson).length > 0);

it('every lesson with results is in expected.json, and no other', () => {
  const withGates = Object.keys(expected).filter((lesson) => expected[lesson].gates);
  expect(withGates).toEqual(stored);
});

it.each(stored)('%s: the stored outputs are what expected.json tells', (lesson) => {
  const { engine, gates = {} } = expected[lesson];
  for (const { name, value, atLeast, engine: used } of storedGates(lesson)) {
    expect(gates[name]).toEqual({ atLeast, reached: Number(value.toFixed(6)) });
    expect(value).toBeGreaterThanOrEqual(GATES[lesson][name]);
    expect(used).toBe(engine);
  }
});
