import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { load, scratch } from '../setup/scripts';

const folder = scratch();

const { brokenLinks } = load('site/links.mjs') as {
  brokenLinks: (folder: string) => { pages: number; links: number; broken: string[] };
};

it('names links to absent pages, pictures and places, and leaves out those to elsewhere', () => {
  writeFileSync(join(folder, 'other.html'), '<h1 id="top">&lt;</h1>');
  const good = '<a href="other.html#top">x</a> <a href="https://example.org/">y</a> <a href="data:,">z</a>';
  const bad =
    '<a href="gone.html">x</a> <img alt="" src="gone.png"> <a class="k" href="other.html#gone">y</a>';
  writeFileSync(
    join(folder, 'index.html'),
    `${good}${bad}<script>const a = '<a href="not-a-link">';</script>`,
  );
  expect(brokenLinks(folder)).toEqual({
    pages: 2,
    links: 4,
    broken: ['index.html: gone.html', 'index.html: gone.png', 'index.html: other.html#gone'],
  });
});
