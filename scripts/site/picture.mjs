#!/usr/bin/env node
/**
 * Takes the picture in the README: a lesson of the site, as a browser shows it.
 * For maintainers, after `npm run site`: `node scripts/site/picture.mjs` (with Chromium; `CONVLAB_CHROMIUM` names it).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { UserError, runMain } from '../lib/errors.mjs';
import { exists } from '../lib/files.mjs';
import { ROOT } from '../lib/layout.mjs';
import { findChromium } from '../lib/machine.mjs';

const PAGE = join(ROOT, 'out/site/lessons/01-gradient-descent.html');
const PICTURE = join(ROOT, 'docs/lesson.png');
const FIGURE = 4;
const SIZE = { width: 1200, height: 800 };

await runMain(async () => {
  if (!exists(PAGE)) throw new UserError(`there is no ${PAGE}`, { mend: 'npm run site' });
  const profile = mkdtempSync(join(tmpdir(), 'convlab-picture-'));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader'],
    viewport: SIZE,
  });
  try {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(PAGE).href);
    const figure = page.locator('.plotly-figure').nth(FIGURE);
    await figure.scrollIntoViewIfNeeded();
    await figure.and(page.locator('[data-interactive]')).locator('.main-svg').first().waitFor();
    await figure.evaluate((element) => globalThis.scrollBy(0, element.getBoundingClientRect().bottom - 790));
    await page.screenshot({ path: PICTURE });
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
  process.stdout.write(`${PICTURE}\n`);
});
