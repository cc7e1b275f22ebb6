/** Notebooks that no parser may trip over: what the torture test found, one by one. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = resolve(__dirname, '../..');
const PYTHON = join(ROOT, '.venv/bin/python');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convlab-notebooks-'));
  mkdirSync(join(folder, 'out'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A notebook of one code cell. */
function notebook(source: string, metadata: object = {}): string {
  const cell = { cell_type: 'code', id: 'a', metadata, execution_count: null, outputs: [], source };
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] });
}

/** Runs a script of ours on a notebook; `NOTEBOOK` and `OUT` stand for their paths. */
function python(text: string, args: string[]): { status: number | null; output: string } {
  const file = join(folder, 'lesson.ipynb');
  writeFileSync(file, text);
  const paths = args.map((arg) => arg.replace('NOTEBOOK', file).replace('OUT', join(folder, 'out')));
  const { status, stdout, stderr } = spawnSync(PYTHON, paths, {
    cwd: join(ROOT, 'scripts'),
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

const RUN = ['run_notebook.py', 'NOTEBOOK', '--out', 'OUT'];
const RELEASE = ['release_exercises.py', 'OUT', 'NOTEBOOK'];
const PAGE = `import sys; from nbformat import from_dict; from lesson_runner.page import to_html
figure = {"data": [{"type": "bar", "x": ["<!--<script>"]}], "layout": {}}
output = {"output_type": "display_data", "metadata": {}, "data": {"application/vnd.plotly.v1+json": figure}}
cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": 1, "source": "1", "outputs": [output]}
print(to_html(from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}), "x", None))`;

describe.runIf(existsSync(PYTHON))('a notebook', () => {
  it.each<[string, string[], string, RegExp]>([
    [
      'with half a character is not run',
      RUN,
      notebook('"\ud800"'),
      /lesson\.ipynb has half a character in it/,
    ],
    [
      'with half a character is not released',
      RELEASE,
      notebook('// BEGIN SOLUTION \ud800'),
      /half a character/,
    ],
    [
      'with odd metadata is not released',
      RELEASE,
      notebook('// BEGIN SOLUTION', { nbgrader: { schema_version: [] } }),
      /lesson\.ipynb: cells\[0\]\.metadata\.nbgrader\.schema_version must be a whole number/,
    ],
    [
      'with other odd metadata is not released',
      RELEASE,
      notebook('// BEGIN SOLUTION', { nbgrader: 5 }),
      /cells\[0\]\.metadata\.nbgrader must be an object/,
    ],
    [
      'with metadata that nbgrader does not expect is not released',
      RELEASE,
      notebook('// BEGIN SOLUTION', { nbgrader: { schema_version: 3, grade_id: 'a', solution: true } }),
      /lesson\.ipynb: nbgrader makes no exercise of it \(/,
    ],
    [
      'whose text is a number is not run, and the place is told',
      RUN,
      notebook(5 as unknown as string),
      /lesson\.ipynb is not a valid notebook: cells\[0\]\.source must be a text or a list of texts/,
    ],
    [
      'of a format below the first is not run, and the field is told',
      RUN,
      notebook('1').replace('"nbformat_minor":5', '"nbformat_minor":-1'),
      /lesson\.ipynb is not a valid notebook: nbformat_minor must be a whole number from 0 on/,
    ],
    [
      'for a kernel whose name is a text of several lines is not run, and the field is told',
      RUN,
      notebook('1').replace(
        '"metadata":{},"cells"',
        '"metadata":{"kernelspec":{"name":"a\\nb","display_name":"A"}},"cells"',
      ),
      /lesson\.ipynb is not a valid notebook: metadata\.kernelspec\.name must be the name of a kernel/,
    ],
    [
      'that lacks a field is not run, and the place is told',
      RUN,
      notebook('1').replace('"outputs":[],', ''),
      /lesson\.ipynb is not a valid notebook: cells\[0\]: 'outputs' is a required property/,
    ],
    [
      'with a large value of a wrong kind is not run, and what is wrong is told',
      RUN,
      notebook('1', { tags: 'x'.repeat(1000) }),
      /cells\[0\]\.metadata\.tags: 'x+ .+ x+' is not of type 'array'/,
    ],
  ])('%s', (_, script, text, message) => {
    const { status, output } = python(text, script);
    expect(status).toBe(1);
    expect(output).toMatch(message);
    expect(output).not.toContain('Traceback');
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });

  it('cannot break its page by a class name', () => {
    const { status, output } = python('', ['-c', PAGE]);
    expect(status).toBe(0);
    expect(output).toContain('\\u003c!--\\u003cscript>');
    expect(output).not.toContain('<!--<script>');
  });

  it('that is tried again by its number is shown, and the command ends', () => {
    const args = ['scripts/torture.mjs', '--only', 'notebook', '--case', '0'];
    const { status, stderr, stdout } = spawnSync(process.execPath, args, {
      cwd: ROOT,
      encoding: 'utf8',
      timeout: 100_000,
    });
    expect(stderr).toContain('input: ');
    expect(stdout).toContain('1 of 1 cases survived (seed 1)');
    expect(status).toBe(0);
  });
});
