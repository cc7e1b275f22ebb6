/** Every lesson in JupyterLab, as a learner runs it: opened, run from top to bottom, its figures on the screen. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../setup/scripts';
import { labInBrowser } from './lab-in-browser';
import { type NotebookPage, textOf, type CodeCell } from './notebook-page';

const LESSONS = readdirSync(join(ROOT, 'notebooks')).filter((name) => name.endsWith('.ipynb'));
const PLOTLY = 'application/vnd.plotly.v1+json';
const LESSON_LIMIT = 900_000;

describe('lessons in JupyterLab', () => {
  const jupyter = labInBrowser();

  it.each(LESSONS)('%s', { timeout: LESSON_LIMIT }, async (lesson) => {
    const notebook = await jupyter.open(`notebooks/${lesson}`);
    expect(await notebook.kernelName()).toContain('TypeScript (convlab)');
    const cells = await runAnew(notebook);
    expect(cells.filter(failed).map(textOf)).toEqual([]);
    expect(cells.map(({ count }) => count)).toEqual(cells.map((_, i) => i + 1));
    for (const cell of cells) await expectPictures(notebook, cell);
    await notebook.shutDown();
  });
});

/** Clears what is stored, runs all cells through the menu, and waits for the last. */
async function runAnew(notebook: NotebookPage): Promise<CodeCell[]> {
  await notebook.menu('Edit', 'editmenu:clear-all');
  const before = await notebook.codeCells();
  expect(before.flatMap(({ outputs }) => outputs)).toEqual([]);
  await notebook.menu('Run', 'runmenu:run-all');
  await notebook.ran(before.length, LESSON_LIMIT);
  return notebook.codeCells();
}

const failed = ({ outputs }: CodeCell) => outputs.some(({ output_type }) => output_type === 'error');

/** As many figures and pictures stand in the cell as its outputs hold, each with something drawn in it. */
async function expectPictures(notebook: NotebookPage, { index, outputs }: CodeCell): Promise<void> {
  const kinds = outputs.map(({ data }) => Object.keys(data ?? {}));
  const isPicture = (mimes: string[]) =>
    !mimes.includes(PLOTLY) && mimes.some((mime) => mime.startsWith('image/'));
  const expected = {
    figures: kinds.filter((mimes) => mimes.includes(PLOTLY)).length,
    pictures: kinds.filter(isPicture).length,
  };
  if (expected.figures + expected.pictures === 0) return;
  const options = { message: `cell ${index}`, timeout: 60_000 };
  await expect.poll(() => notebook.enlivened(index), options).toEqual(expected);
}
