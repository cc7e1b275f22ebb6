/** The headless runner: what it refuses, and that it trusts no cell that did not run. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAlive, load, put, ROOT, runNode, scratch, SCRIPTS } from './scripts';

const PYTHON = join(ROOT, '.venv/bin/python');
const LESSON = join(SCRIPTS, 'lesson.mjs');

interface FindModule {
  findLesson: (word: string, folder: string) => string;
  allLessons: (folder: string) => string[];
}

const { findLesson, allLessons } = load('lesson/find.mjs') as FindModule;

describe('the choice of a lesson', () => {
  const folder = scratch();
  const second = put(join(folder, '02-manual-filters.ipynb'));
  put(join(folder, '01-gradient-descent.ipynb'));
  put(join(folder, 'notes.ipynb'));

  it.each(['02', '2', '02-manual-filters', second])('takes %s', (word) => {
    expect(findLesson(word, folder)).toBe(second);
  });

  it('lists all, in their order', () => {
    expect(allLessons(folder).map((path) => path.slice(folder.length + 1))).toEqual([
      '01-gradient-descent.ipynb',
      '02-manual-filters.ipynb',
    ]);
    expect(allLessons(join(folder, 'absent'))).toEqual([]);
  });

  it('lists what there is for a number that is not', () => {
    expect(() => findLesson('77', folder)).toThrow("there is no lesson '77'");
    try {
      findLesson('77', folder);
    } catch (error) {
      expect((error as { mend: string }).mend).toBe(
        'choose one of these:\n  01-gradient-descent\n  02-manual-filters',
      );
    }
  });

  it('names a path that leads nowhere', () => {
    expect(() => findLesson('/no/such.ipynb', folder)).toThrow('there is no notebook /no/such.ipynb');
  });
});

describe('the command line', () => {
  it.each([
    [['--timeout', 'soon', '02'], "error: --timeout wants a number of at least 1; 'soon' came"],
    [['--jobs', '0', '--all'], "error: --jobs wants a number of at least 1; '0' came"],
    [['99'], "error: there is no lesson '99'"],
    [[], 'error: which lesson?'],
    [['--quick', '02'], "error: Unknown option '--quick'"],
  ])('%j is refused in words', async (args, words) => {
    const { code, output } = await runNode([LESSON, '--no-setup', ...args]);
    expect(output).toContain(words);
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  it('explains itself', async () => {
    const { code, output } = await runNode([LESSON, '--help']);
    expect(code).toBe(0);
    expect(output).toContain('npm run lesson -- 02');
  });
});

interface Cell {
  cell_type: string;
  source: string | string[];
  metadata?: object;
}

function notebook(path: string, cells: Cell[], kernel = 'trial'): string {
  const full = cells.map((cell, index) => ({
    id: `cell-${index}`,
    metadata: {},
    ...cell,
    ...(cell.cell_type === 'code' && { outputs: [], execution_count: 7 }),
  }));
  const metadata = { kernelspec: { name: kernel, display_name: kernel } };
  return put(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: full }));
}

const code = (source: string | string[], metadata = {}): Cell => ({ cell_type: 'code', source, metadata });

/** A kernel that says of a cell with 'skip' in it that it was aborted, as some do after an error. */
const KERNEL = `
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp

class Trial(IPythonKernel):
    async def do_execute(self, code, *args, **options):
        if "skip" in code:
            return {"status": "aborted", "execution_count": 1}
        return await super().do_execute(code, *args, **options)

IPKernelApp.launch_instance(kernel_class=Trial)
`;

interface Executed {
  cells: { execution_count: number | null; outputs: { output_type: string; text?: string[] }[] }[];
}

describe.skipIf(!existsSync(PYTHON))('the runner', () => {
  const folder = scratch();
  const out = join(folder, 'out');
  const kernels = join(folder, 'jupyter');
  const program = put(join(folder, 'kernel.py'), KERNEL);
  put(
    join(kernels, 'kernels/trial/kernel.json'),
    JSON.stringify({
      argv: [PYTHON, program, '-f', '{connection_file}'],
      display_name: 'trial',
      language: 'python',
    }),
  );
  const run = (args: string[]) =>
    runNode([LESSON, '--no-setup', '--kernel', 'trial', '--out', out, ...args], {
      env: { ...process.env, JUPYTER_PATH: kernels, PYDEVD_DISABLE_FILE_VALIDATION: '1' },
    });

  it('runs every cell, and leaves a notebook and a page that needs no network', async () => {
    const figure = `from IPython.display import display
bundle = {"application/vnd.plotly.v1+json": {"data": [{"y": [1, 2], "name": "</script>"}], "layout": {}}, "text/plain": "fig"}
display(bundle, raw=True)`;
    const cells = [
      {
        cell_type: 'markdown',
        source: '# Title\n\n$J = \\frac{1}{2m}$\n\n$$\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}$$',
      },
      code(['print("hello")\n', 'print("again")']),
      code('  \n'),
      code(figure),
    ];
    const path = notebook(join(folder, 'good.ipynb'), cells);
    const { code: exit, output } = await run([path]);
    expect(output).toContain('good  [2/2]');
    expect(output.trimEnd().split('\n').at(-1)).toBe('1 passed, 0 failed');
    expect(exit).toBe(0);
    const executed = JSON.parse(readFileSync(join(out, 'good.ipynb'), 'utf8')) as Executed;
    expect(executed.cells.map((cell) => cell.execution_count ?? null)).toEqual([null, 1, null, 2]);
    const page = readFileSync(join(out, 'good.html'), 'utf8');
    expect(page.match(/Plotly\.newPlot\("figure-/g)).toHaveLength(1);
    expect(page).toContain('<mfrac>');
    expect(page).toContain('<mtable');
    expect(page).not.toMatch(/<(script|link)[^>]+(src|href)="https?:/);
  });

  it('calls a run failed in which a cell errs, is skipped or dies, and names the cell', async () => {
    const paths = [
      notebook(join(folder, 'errs.ipynb'), [code('1'), code('\n# divide\n1/0'), code('2')]),
      notebook(join(folder, 'skips.ipynb'), [code('1'), code('"skip"')]),
      notebook(join(folder, 'tagged.ipynb'), [code('1', { tags: ['skip-execution'] })]),
      notebook(join(folder, 'dies.ipynb'), [code('import os; os._exit(1)')]),
    ];
    const { code: exit, output } = await run(['--jobs', '4', ...paths]);
    expect(output).toContain(
      'errs  FAILED: cell 2 of 3 (# divide) failed: ZeroDivisionError: division by zero',
    );
    expect(output).toContain(
      `skips  FAILED: cell 2 of 2 ("skip") was not executed: the kernel answered 'aborted'`,
    );
    expect(output).toContain(
      "tagged  FAILED: cell 1 of 1 (1) was not executed: the kernel answered 'no reply'",
    );
    expect(output).toContain('dies  FAILED: cell 1 of 1 (import os; os._exit(1)): the kernel died');
    expect(output.trimEnd().split('\n').at(-1)).toBe('0 passed, 4 failed');
    expect(exit).toBe(1);
    expect(existsSync(join(out, 'errs.ipynb'))).toBe(false);
    const failed = JSON.parse(readFileSync(join(out, 'errs.failed.ipynb'), 'utf8')) as Executed;
    expect(failed.cells[1].outputs.map(({ output_type }) => output_type)).toEqual(['error']);
  });

  it("does not lose an error that comes after its cell's end", async () => {
    const late = "setTimeout(() => { throw new Error('too late'); }, 300);";
    const wait = 'await new Promise((resolve) => setTimeout(resolve, 1000));';
    const path = notebook(join(folder, 'late.ipynb'), [code(late), code(wait)], 'convlab');
    const { code: exit, output } = await runNode([LESSON, '--no-setup', '--out', out, path]);
    expect(output).toContain(`late  FAILED: cell 1 of 2 (${late}) failed after its end: Error: too late`);
    expect(exit).toBe(1);
  });

  it('keeps the outputs in the notebook where that is asked for, without the times', async () => {
    const path = notebook(join(folder, 'stored.ipynb'), [code('print(6 * 7)')]);
    expect((await run(['--store', path])).code).toBe(0);
    const stored = JSON.parse(readFileSync(path, 'utf8')) as Executed;
    expect(stored.cells[0].outputs[0].text).toEqual(['42\n']);
    expect(stored.cells[0]).toMatchObject({ metadata: {} });
    expect(readFileSync(path, 'utf8')).not.toContain('iopub');
    expect((await run(['--store', '--fast', path])).output).toContain(
      '--store keeps the outputs of a full run',
    );
  });

  it('stops at the time limit, names the cell that hangs and leaves no process behind', async () => {
    const hanging = `print("before", flush=True)
import os, subprocess
print(os.getpid(), subprocess.Popen(["sleep", "61.5"]).pid, flush=True)
while True: pass`;
    const path = notebook(join(folder, 'hangs.ipynb'), [code('1'), code(hanging)]);
    const { code: exit, output } = await run(['--timeout', '3', path]);
    expect(output).toContain(
      'hangs  FAILED: cell 2 of 2 (print("before", flush=True)) hangs: the time limit of 3 s is over',
    );
    expect(exit).toBe(1);
    const failed = JSON.parse(readFileSync(join(out, 'hangs.failed.ipynb'), 'utf8')) as Executed;
    const [before, numbers] = failed.cells[1].outputs[0].text!.join('').split('\n');
    expect(before).toBe('before');
    for (const pid of numbers.split(' ')) expect(isAlive(Number(pid))).toBe(false);
  });

  it('refuses what is not a notebook, in words', async () => {
    const bad: [string, string, string][] = [
      ['json', '{"cells": ', 'is not a notebook: it is not JSON'],
      ['list', '[1]', 'is JSON, but not a notebook'],
      ['old', '{"nbformat": 3, "worksheets": []}', 'has notebook format 3; format 4 is needed'],
      [
        'empty',
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}',
        'has no code cell: nothing to run',
      ],
      [
        'broken',
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}',
        'is not a valid notebook',
      ],
    ];
    const paths = bad.map(([name, text]) => put(join(folder, `${name}.ipynb`), text));
    const { code: exit, output } = await run(['--jobs', '5', ...paths]);
    for (const [name, , words] of bad) expect(output).toContain(`${join(folder, name)}.ipynb ${words}`);
    expect(output).not.toContain('Traceback');
    expect(exit).toBe(1);
  });
});
