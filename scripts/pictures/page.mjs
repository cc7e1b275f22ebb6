/** A page in Chromium, for the scripts that take pictures for the README. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../lib/machine.mjs';

/**
 * Opens a page of this size in a browser with a fresh profile, and ends the browser after the work.
 * @param {{ width: number, height: number }} viewport
 * @param {(page: import('playwright-core').Page) => Promise<void>} work
 */
export async function withPage(viewport, work) {
  const profile = mkdtempSync(join(tmpdir(), 'convlab-picture-'));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader'],
    viewport,
  });
  try {
    await work(await browser.newPage());
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
