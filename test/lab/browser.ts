/** Debian's, Google's or any other Chromium, without a window. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { load } from '../setup/scripts';

const { findChromium } = load('lib/machine.mjs') as { findChromium: () => string | undefined };

const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

/** A browser with a fresh profile, which goes with it. */
export async function startBrowser(): Promise<{ context: BrowserContext; stop: () => Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), 'convlab-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', ...QUIET],
    viewport: { width: 1280, height: 900 },
  });
  return {
    context,
    stop: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
