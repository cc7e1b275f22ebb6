#!/usr/bin/env node
/**
 * Takes the README's picture of the site: a lesson's page, as a browser shows it.
 * For maintainers, after `npm run site`: `node scripts/pictures/site.mjs` (with Chromium; `CONVLAB_CHROMIUM` names it).
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError, runMain } from '../lib/errors.mjs';
import { exists } from '../lib/files.mjs';
import { ROOT } from '../lib/layout.mjs';
import { withPage } from './page.mjs';

const PAGE = join(ROOT, 'out/site/lessons/01-gradient-descent.html');
const PICTURE = join(ROOT, 'docs/lesson.png');
const FIGURE = 4;
const SIZE = { width: 1200, height: 800 };

await runMain(async () => {
  if (!exists(PAGE)) throw new UserError(`there is no ${PAGE}`, { mend: 'npm run site' });
  await withPage(SIZE, async (page) => {
    await page.goto(pathToFileURL(PAGE).href);
    const figure = page.locator('.plotly-figure').nth(FIGURE);
    await figure.scrollIntoViewIfNeeded();
    await figure.and(page.locator('[data-interactive]')).locator('.main-svg').first().waitFor();
    await figure.evaluate((element) => globalThis.scrollBy(0, element.getBoundingClientRect().bottom - 790));
    await page.screenshot({ path: PICTURE });
  });
  process.stdout.write(`${PICTURE}\n`);
});
