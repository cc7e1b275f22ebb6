/** Debian's, Google's or any other Chromium, without a window. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { load } from './setup/scripts';

const { findChromium } = load('lib/machine.mjs') as { findChromium: () => string | undefined };

/** Where Chromium is on this machine; `CONVLAB_CHROMIUM` names another. */
export const CHROMIUM = findChromium();

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Browser {
  context: BrowserContext;
  /** Ends the browser and removes its profile. */
  close(): Promise<void>;
}

/** A browser with a fresh profile. */
export async function openBrowser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'convlab-chromium-'));
  const viewport = { width: 1280, height: 900 };
  const options = { executablePath: CHROMIUM, headless: true, args: FLAGS, viewport };
  const context = await chromium.launchPersistentContext(profile, options);
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { context, close };
}
