import type { Page } from 'playwright-core';

/** What a page did that a reader would not want: requests to elsewhere, errors. */
export interface Misdeeds {
  outside: string[];
  errors: string[];
}

/** Notes what the page asks for outside `url`, what it does not find, and every error on its console. */
export function watch(page: Page, url: string): Misdeeds {
  const misdeeds: Misdeeds = { outside: [], errors: [] };
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(url) && !/^(?:data|blob):/.test(address)) misdeeds.outside.push(address);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) misdeeds.errors.push(`${response.status()} ${response.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') misdeeds.errors.push(message.text());
  });
  page.on('pageerror', (error) => misdeeds.errors.push(error.message));
  return misdeeds;
}
