/** A notebook open in JupyterLab: what a learner does with it, and what is then to be seen. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { Lab } from './server';

/** The notebook's widget; JupyterLab is told to show itself to the page's scripts. */
const WIDGET = 'window.jupyterapp?.shell?.currentWidget';
const CODE = `${WIDGET}.content.widgets.filter((cell) => cell.model.type === 'code')`;
const STATUS = `${WIDGET}?.sessionContext?.session?.kernel?.status`;

export interface Output {
  output_type: string;
  text?: string | string[];
  traceback?: string[];
  data?: Record<string, unknown>;
}

export interface CodeCell {
  /** Its place among all cells. */
  index: number;
  count: number | null;
  outputs: Output[];
}

export class NotebookPage {
  private constructor(
    readonly page: Page,
    readonly name: string,
  ) {}

  /** Opens a notebook that stands in JupyterLab's folder, and waits for its kernel. */
  static async open(lab: Lab, context: BrowserContext, name: string): Promise<NotebookPage> {
    const page = await context.newPage();
    await page.goto(lab.address(name));
    await page.waitForFunction(`${STATUS} === 'idle'`, null, { timeout: 120_000 });
    return new NotebookPage(page, name);
  }

  /** The kernel's name as JupyterLab shows it. */
  kernelName(): Promise<string> {
    return this.page.locator('.jp-KernelName:visible').innerText();
  }

  /** Clicks through JupyterLab's menu: `menu('Run', 'runmenu:run-all')`. */
  async menu(title: string, command: string): Promise<void> {
    await this.page.getByRole('menuitem', { name: title, exact: true }).click();
    await this.page.locator(`.lm-Menu li[data-command="${command}"]`).first().click();
  }

  /** Clicks a button of the notebook's toolbar. */
  async toolbar(item: string): Promise<void> {
    await this.page.locator(`.jp-NotebookPanel-toolbar:visible [data-jp-item-name="${item}"]`).click();
  }

  /** Clicks a button of the dialog that is open. */
  async answer(button: string): Promise<void> {
    await this.page.locator('.jp-Dialog').getByRole('button', { name: button }).click();
  }

  codeCells(): Promise<CodeCell[]> {
    return this.page.evaluate<CodeCell[]>(
      `${WIDGET}.content.widgets.map((cell, index) => ({ cell, index }))
        .filter(({ cell }) => cell.model.type === 'code')
        .map(({ cell, index }) => ({ index, count: cell.model.executionCount, outputs: cell.model.outputs.toJSON() }))`,
    );
  }

  /** Waits until the kernel has nothing to do and `count` is the number of the last cell that ran. */
  async ran(count: number, timeout: number): Promise<void> {
    const done = `${STATUS} === 'idle' && Math.max(...${CODE}.map((cell) => cell.model.executionCount ?? 0)) === ${count}`;
    const failed = `${CODE}.some((cell) => cell.model.outputs.toJSON().some((output) => output.output_type === 'error'))`;
    await this.page.waitForFunction(`(${done}) || (${failed})`, null, { timeout, polling: 250 });
  }

  /** The cell as it stands on the screen, scrolled to. */
  async cell(index: number): Promise<Locator> {
    await this.page.evaluate(`${WIDGET}.content.scrollToItem(${index}, 'start')`);
    const cell = this.page.locator(`.jp-NotebookPanel:visible .jp-Cell[data-windowed-list-index="${index}"]`);
    await cell.waitFor();
    return cell;
  }

  /** Scrolls to a cell and moves the mouse over its figures: of a stored one, JupyterLab shows a picture until then. */
  async enliven(index: number): Promise<void> {
    await this.cell(index);
    await this.page
      .evaluate(`for (const picture of ${WIDGET}.content.widgets[${index}].node.querySelectorAll('img.plot-img')) {
      if (picture.offsetParent) picture.dispatchEvent(new MouseEvent('mouseenter'));
    }`);
  }

  /** How many Plotly figures and other pictures a cell shows that really have something drawn in them. */
  pictures(index: number): Promise<{ figures: number; pictures: number }> {
    return this.page.evaluate(`(() => {
      const node = ${WIDGET}.content.widgets[${index}].node;
      const visible = (element) => element.getBoundingClientRect().height > 20;
      const figures = [...node.querySelectorAll('.js-plotly-plot')];
      const images = [...node.querySelectorAll('.jp-OutputArea img')].filter((image) => !image.closest('.js-plotly-plot'));
      return {
        figures: figures.filter((figure) => visible(figure) && figure.querySelector('.main-svg')).length,
        pictures: images.filter((image) => visible(image) && image.naturalWidth > 0).length,
      };
    })()`);
  }

  /** The same once its figures are alive. */
  async enlivened(index: number): Promise<{ figures: number; pictures: number }> {
    await this.enliven(index);
    return this.pictures(index);
  }

  /** Puts the cursor at the end of a cell's code. */
  async edit(index: number): Promise<void> {
    await (await this.cell(index)).locator('.cm-content').click();
    await this.page.keyboard.press('Control+End');
  }

  /** Presses a key until something shows: JupyterLab gives a kernel one second to answer, and then forgets the question. */
  async keyUntil(key: string, element: Locator): Promise<void> {
    for (let tries = 0; tries < 20 && !(await element.isVisible()); tries++) {
      await this.page.keyboard.press(key);
      await element.waitFor({ timeout: 3000 }).catch(() => undefined);
    }
    await element.waitFor({ timeout: 1000 });
  }

  /** Presses the arrow key until the entry of a list with this text is the active one. */
  async goDownTo(entries: Locator, text: string): Promise<void> {
    const active = entries.and(this.page.locator('.jp-mod-active'));
    for (let left = await entries.count(); left > 0; left--) {
      if ((await active.innerText()).split('\n').includes(text)) return;
      await this.page.keyboard.press('ArrowDown');
    }
    throw new Error(`no entry '${text}' became the active one`);
  }

  /** Makes a cell the active one, in command mode. */
  async select(index: number): Promise<void> {
    await (await this.cell(index)).locator('.jp-InputPrompt').click();
  }

  /** Whether JupyterLab takes a cell's outputs for the reader's own. */
  isTrusted(index: number): Promise<boolean> {
    return this.page.evaluate(`${WIDGET}.content.widgets[${index}].model.trusted`);
  }

  /** Figures and pictures together. */
  async visiblePictures(index: number): Promise<number> {
    const { figures, pictures } = await this.pictures(index);
    return figures + pictures;
  }

  /** Ends the kernel and closes the page. */
  async shutDown(): Promise<void> {
    await this.page.evaluate(`${WIDGET}.sessionContext.shutdown()`);
    await this.page.close();
  }
}

/** Writes a notebook of code cells into JupyterLab's folder. */
export function writeNotebook(lab: Lab, name: string, cells: readonly string[]): void {
  const notebook = {
    cells: cells.map((source, i) => ({
      cell_type: 'code',
      id: `cell-${i}`,
      metadata: {},
      execution_count: null,
      outputs: [],
      source,
    })),
    metadata: {
      kernelspec: { name: 'convlab', display_name: 'TypeScript (convlab)', language: 'typescript' },
      language_info: { name: 'typescript' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(join(lab.folder, name), JSON.stringify(notebook));
}

/** All that a cell has printed, or the error it ended with. */
export function textOf({ outputs }: CodeCell): string {
  return outputs.flatMap(({ text, traceback, data }) => text ?? traceback ?? plain(data)).join('');
}

function plain(data: Output['data']): string {
  const text = data?.['text/plain'];
  return typeof text === 'string' ? text : '';
}
