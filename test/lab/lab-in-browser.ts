/** JupyterLab and a browser for the tests of one file; both are ended after the last. */
import { afterAll, beforeAll } from 'vitest';
import { openBrowser, type Browser } from '../browser';
import { NotebookPage } from './notebook-page';
import { startLab, type Lab } from './server';

export interface LabInBrowser {
  lab: Lab;
  /** Opens a notebook that stands in JupyterLab's folder. */
  open(notebook: string): Promise<NotebookPage>;
}

/** To be called within `describe`; `lab` and `open` are there when its tests begin. */
export function labInBrowser(): LabInBrowser {
  let [lab, browser]: [Lab?, Browser?] = [];
  const started = () => {
    if (!lab || !browser)
      throw new Error('JupyterLab and the browser start before the first test, not earlier');
    return { lab, browser };
  };
  beforeAll(async () => {
    [lab, browser] = await Promise.all([startLab(), openBrowser()]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
  }, 60_000);
  return {
    get lab() {
      return started().lab;
    },
    open: (notebook) => NotebookPage.open(started().lab, started().browser.context, notebook),
  };
}
