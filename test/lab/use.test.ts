/** What learners do in JupyterLab besides running cells: help, figures, interrupts, errors, and notebooks of others. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { labInBrowser } from './lab-in-browser';
import { type NotebookPage, textOf, writeNotebook } from './notebook-page';

const FIGURE = `import { plot } from 'convlab';
plot.line({ series: [{ name: 'squares', x: [0, 1, 2, 3], y: [0, 1, 4, 9] }], title: 'Squares', xLabel: 'x', yLabel: 'y' })`;

const PICTURE = `import { plot } from 'convlab';
plot.imageGrid([{ width: 2, height: 2, channels: 1, data: Uint8Array.of(0, 255, 255, 0) }])`;

const NETWORK = `import { data, engine, models, tf, train } from 'convlab';
await engine.ready();
const mnist = await data.mnist();
const model = models.lenet5({ seed: 1 });
model.compile({ optimizer: tf.train.adam(0.001), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });`;

const CLASS_NAME = '<a href="https://example.org/">R&D</a>';
const NAMES = `import { plot } from 'convlab';
plot.bars({ labels: ['${CLASS_NAME}'], values: [1], title: 'Classes', xLabel: 'class', yLabel: 'share' })`;

/** A phrase of the comment above `models.lenet5`; its signature does not have it. */
const DOCUMENTATION = /LeCun et al\./;

/** What Plotly keeps at its element. */
interface Plotted {
  _fullLayout: { xaxis: { range: [number, number] } };
}

describe('in JupyterLab', () => {
  const jupyter = labInBrowser();

  /** A new notebook of these cells. */
  async function notebookOf(name: string, ...cells: string[]): Promise<NotebookPage> {
    writeNotebook(jupyter.lab, `${name}.ipynb`, cells);
    return jupyter.open(`${name}.ipynb`);
  }

  async function runAll(notebook: NotebookPage): Promise<string[]> {
    await notebook.menu('Run', 'runmenu:run-all');
    const cells = await notebook.codeCells();
    await notebook.ran(cells.length, 120_000);
    return (await notebook.codeCells()).map(textOf);
  }

  it('a figure can be zoomed with the mouse', async () => {
    const notebook = await notebookOf('zoom', FIGURE);
    await runAll(notebook);
    await notebook.enliven(0);
    const plot = (await notebook.cell(0)).locator('.js-plotly-plot');
    const area = (await plot.locator('.draglayer .nsewdrag').first().boundingBox())!;
    const range = () =>
      plot.evaluate((element) => [...(element as unknown as Plotted)._fullLayout.xaxis.range]);
    const [low, high] = await range();
    const at = (share: number) => [area.x + share * area.width, area.y + share * area.height] as const;
    await notebook.page.mouse.move(...at(0.25));
    await notebook.page.mouse.down();
    await notebook.page.mouse.move(...at(0.75), { steps: 8 });
    await notebook.page.mouse.up();
    await expect.poll(async () => (await range())[1] - (await range())[0]).toBeCloseTo((high - low) / 2, 1);
    await notebook.shutDown();
  });

  it('completion and help show the documentation of convlab', async () => {
    const notebook = await notebookOf('help', "import { models } from 'convlab';\nmodels.", '');
    await notebook.edit(0);
    const entries = notebook.page.locator('.jp-Completer-item');
    await notebook.keyUntil('Tab', entries.getByText('lenet5', { exact: true }));
    await notebook.goDownTo(entries, 'lenet5');
    await notebook.page.locator('.jp-Completer-docpanel').getByText(DOCUMENTATION).waitFor();
    await notebook.page.keyboard.press('Escape');
    await notebook.page.keyboard.type('lenet5(');
    await notebook.keyUntil(
      'Shift+Tab',
      notebook.page.locator('.jp-Tooltip').getByText(DOCUMENTATION).first(),
    );
    await notebook.shutDown();
  });

  it('the name of a class is shown as it is, and makes no link', async () => {
    const notebook = await notebookOf('names', NAMES);
    await runAll(notebook);
    await notebook.enliven(0);
    const plot = (await notebook.cell(0)).locator('.js-plotly-plot');
    await plot.locator('.xtick').getByText(CLASS_NAME).waitFor();
    expect(await plot.locator('.xtick a').count()).toBe(0);
    await notebook.shutDown();
  });

  it('the stop button ends a training, and the next cell runs', async () => {
    const training = 'await train.fit(model, mnist.train, { epochs: 1000, batchSize: 64 });';
    const notebook = await notebookOf('interrupt', NETWORK, training, '6 * 7');
    await notebook.menu('Run', 'runmenu:run-all');
    await notebook.page.getByText('2/1000').first().waitFor({ timeout: 120_000 });
    await notebook.toolbar('interrupt');
    await expect
      .poll(async () => textOf((await notebook.codeCells())[1]), { timeout: 60_000 })
      .toMatch(/interrupt/i);
    await notebook.select(2);
    await notebook.page.keyboard.press('Control+Enter');
    await expect.poll(async () => textOf((await notebook.codeCells())[2]), { timeout: 60_000 }).toBe('42');
    await notebook.shutDown();
  });

  it('progress stays in its place: a training of many steps leaves a few lines', async () => {
    const training = 'await train.fit(model, mnist.train, { epochs: 2, batchSize: 64 });';
    const notebook = await notebookOf('progress', NETWORK, training);
    await runAll(notebook);
    const shown = await (await notebook.cell(1)).locator('.jp-OutputArea').innerText();
    expect(shown.match(/^\d+\/2\b/gm)).toEqual(['1/2', '2/2']);
    expect(shown).toMatch(/^2 epochs in /m);
    await notebook.shutDown();
  });

  it('a type error is underlined in its line, with a message', async () => {
    const notebook = await notebookOf('types', 'const width: number = "wide";');
    const [text] = await runAll(notebook);
    expect(text).toContain("Type 'string' is not assignable to type 'number'");
    const output = (await notebook.cell(0)).locator('.jp-OutputArea');
    expect(await output.innerText()).toMatch(/const width: number = "wide";\n.*\| +~~~~~/);
    await notebook.shutDown();
  });

  it('restart and run all', async () => {
    const notebook = await notebookOf('restart', 'let runs = 1;', 'runs += 1;\n`${runs}, ${process.pid}`');
    const [, before] = await runAll(notebook);
    await notebook.menu('Run', 'runmenu:restart-and-run-all');
    await notebook.answer('Confirm Kernel Restart');
    const last = async () => (await notebook.codeCells())[1];
    await expect.poll(async () => textOf(await last()), { timeout: 60_000 }).not.toMatch(before);
    await notebook.ran(2, 60_000);
    expect(textOf(await last())).toMatch(/^'2, \d+'$/);
    await notebook.shutDown();
  });

  it('a notebook of somebody else, opened without trust, still shows its pictures', async () => {
    const mine = await notebookOf('saved', FIGURE, PICTURE);
    await runAll(mine);
    await mine.menu('File', 'docmanager:save');
    const path = join(jupyter.lab.folder, 'saved.ipynb');
    await expect.poll(() => readFileSync(path, 'utf8')).toContain('vnd.plotly');
    await mine.shutDown();
    // another text, for which JupyterLab has kept no signature
    writeFileSync(
      join(jupyter.lab.folder, 'theirs.ipynb'),
      readFileSync(path, 'utf8').replace('Squares', 'Their squares'),
    );
    const theirs = await jupyter.open('theirs.ipynb');
    expect(await theirs.isTrusted(0)).toBe(false);
    for (const index of [0, 1]) {
      await theirs.cell(index);
      await expect
        .poll(() => theirs.visiblePictures(index), { message: `cell ${index}`, timeout: 30_000 })
        .toBe(1);
    }
    await theirs.shutDown();
  });
});
