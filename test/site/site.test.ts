import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CHROMIUM, openBrowser, type Browser } from '../browser';
import { serveFolder } from './server';
import { watch } from './watch';

const ROOT = join(__dirname, '../..');
const MINUTES = 60_000;
// long enough for a machine that is busy with other things; nothing here waits for a time to pass
vi.setConfig({ testTimeout: 5 * MINUTES, hookTimeout: 10 * MINUTES });
const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

if (!CHROMIUM) console.warn('the site is not looked at: no Chromium here (apt-get install chromium)');

interface AxeResult {
  violations: { id: string; impact: string; nodes: { html: string }[] }[];
}

/** TypeDoc's own theme puts links into the headings that fold its sections; keyboards and readers reach both. */
const ACCEPTED_IN_API = ['nested-interactive'];

/** The serious and critical violations of a page, each with the elements concerned. */
async function violations(page: Page, accepted: string[]): Promise<string[]> {
  await page.evaluate(AXE);
  const rules = Object.fromEntries(accepted.map((rule) => [rule, { enabled: false }]));
  const result = await page.evaluate<AxeResult>(`axe.run(document, ${JSON.stringify({ rules })})`);
  return result.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

/** Goes to each figure of the page and waits until it is interactive. */
async function wakeFigures(page: Page): Promise<number> {
  const figures = page.locator('.plotly-figure');
  const count = await figures.count();
  for (let i = 0; i < count; i++) {
    await figures.nth(i).scrollIntoViewIfNeeded();
    await figures.nth(i).and(page.locator('[data-interactive]')).locator('.main-svg').first().waitFor();
  }
  return count;
}

/** The site's own pages but the first and those of `seen`, each with a theme and a width. */
function others(seen: readonly string[]): [path: string, theme: string, width: number][] {
  const notebooks = readdirSync(join(ROOT, 'notebooks')).filter((name) => name.endsWith('.ipynb'));
  const lessons = notebooks.map((name) => `lessons/${name.replace('.ipynb', '.html')}`);
  const pages = [...lessons, 'exercises.html', 'reference.html', 'search.html?q=convolution'];
  return pages
    .filter((path) => !seen.includes(path))
    .map((path, i) => (i % 2 === 0 ? [path, 'light', 1280] : [path, 'dark', 390]));
}

describe('the site', () => {
  const out = mkdtempSync(join(tmpdir(), 'convlab-site-'));
  const site = join(out, 'site');
  let server: Awaited<ReturnType<typeof serveFolder>>;

  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/site.mjs', '--no-setup', '--out', site], { cwd: ROOT });
    server = await serveFolder(site);
  });

  afterAll(async () => {
    await server.close();
    rmSync(out, { recursive: true });
  });

  it('has a page for each lesson, the student versions and plotly.js once', () => {
    const names = [
      'index.html',
      'search.html',
      'lessons/01-gradient-descent.html',
      'lessons/09-densenet-3d.html',
    ];
    const files = [
      ...names,
      'exercises/01-gradient-descent.ipynb',
      '_static/plotly.min.js',
      'api/index.html',
    ];
    expect(files.filter((name) => !existsSync(join(site, name)))).toEqual([]);
  });

  it('shows solutions folded away, and no hidden test', () => {
    const page = readFileSync(join(site, 'lessons/01-gradient-descent.html'), 'utf8');
    expect(page).toContain('Show the solution');
    expect(page).not.toContain('BEGIN SOLUTION');
    expect(page).not.toContain('HIDDEN TESTS');
  });

  describe.skipIf(!CHROMIUM)('in a browser', () => {
    let browser: Browser;
    let context: BrowserContext;

    beforeAll(async () => {
      browser = await openBrowser();
      context = browser.context;
    });

    afterAll(() => browser.close());

    async function open(path: string, theme: string, width: number) {
      const page = await context.newPage();
      page.setDefaultTimeout(4 * MINUTES);
      const misdeeds = watch(page, server.url);
      await page.setViewportSize({ width, height: 844 });
      const remember = `for (const key of ['mode', 'theme', 'tsd-theme']) localStorage.setItem(key, '${theme}');`;
      await page.addInitScript({ content: remember });
      await page.goto(`${server.url}/${path}`, { waitUntil: 'load' });
      return { page, misdeeds };
    }

    const LESSON = 'lessons/01-gradient-descent.html';
    it.each([
      ['index.html', 'light', 1280, 0],
      ['index.html', 'dark', 390, 0],
      [LESSON, 'light', 1280, 7],
      [LESSON, 'dark', 390, 7],
      ['lessons/08-densenet.html', 'dark', 1280, 2],
      ['lessons/08-densenet.html', 'light', 390, 2],
      ['api/modules/train.html', 'light', 1280, 0],
      ['api/functions/train.fit.html', 'dark', 390, 0],
    ])('%s, %s, %i pixels wide: accessible, whole, on its own', async (path, theme, width, figures) => {
      const { page, misdeeds } = await open(path, theme, width);
      expect(await wakeFigures(page)).toBe(figures);
      expect(await violations(page, path.startsWith('api/') ? ACCEPTED_IN_API : [])).toEqual([]);
      expect(misdeeds).toEqual({ outside: [], errors: [] });
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow).toBeLessThanOrEqual(0);
      await page.close();
    });

    // every other page: the wide and light, and the narrow and dark, by turns
    it.each(others([LESSON, 'lessons/08-densenet.html']))(
      '%s, %s, %i pixels wide: accessible, on its own',
      async (path, theme, width) => {
        const { page, misdeeds } = await open(path, theme, width);
        if (path.startsWith('search')) await page.locator('#search-results .highlighted').first().waitFor();
        expect(await violations(page, [])).toEqual([]);
        expect(misdeeds).toEqual({ outside: [], errors: [] });
        const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(overflow).toBeLessThanOrEqual(0);
        await page.close();
      },
    );

    it('finds a word, without a network', async () => {
      const { page, misdeeds } = await open('search.html?q=convolution', 'light', 1280);
      // the results come one after the other
      await page.locator('#search-results li a').getByText('Filters by hand').first().waitFor();
      expect(misdeeds).toEqual({ outside: [], errors: [] });
      await page.close();
    });

    it('turns figures dark with the page', async () => {
      const { page } = await open(LESSON, 'light', 1280);
      await wakeFigures(page);
      await page.evaluate(`document.documentElement.dataset.theme = 'dark'`);
      await page.locator('.plotly-figure[data-interactive="dark"]').first().waitFor();
      const paper = `getComputedStyle(document.querySelector('.plotly-figure .main-svg')).backgroundColor`;
      expect(await page.evaluate(paper)).toBe('rgb(20, 24, 30)');
      await page.close();
    });

    it('keeps the still pictures where scripts are off', async () => {
      const quiet = await context.browser()!.newContext({ javaScriptEnabled: false });
      const page = await quiet.newPage();
      await page.goto(`${server.url}/${LESSON}`);
      expect(await page.locator('.plotly-figure img').count()).toBe(7);
      await quiet.close();
    });
  });
});
