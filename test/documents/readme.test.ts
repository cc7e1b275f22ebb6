import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load } from '../setup/scripts';

interface Facts {
  name: string;
  number: string;
  time: string;
  gates: { name: string; atLeast: number }[];
}

const ROOT = resolve(__dirname, '../..');
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const { lessonFacts } = load('lesson/facts.mjs') as {
  lessonFacts: (paths: { root: string; notebooks: string }) => Facts[];
};
const { coverOf, thumbnail } = load('lesson/cover.mjs') as {
  coverOf: (path: string) => { ending: string; content: Buffer };
  thumbnail: (cover: { ending: string; content: Buffer }, width: number) => Promise<Buffer>;
};
const lessons = lessonFacts({ root: ROOT, notebooks: join(ROOT, 'notebooks') });

/** The cells of the table's row that links to a lesson. */
function rowOf(name: string): string[] {
  const row = read('README.md')
    .split('\n')
    .find((line) => line.startsWith('|') && line.includes(`](notebooks/${name}.ipynb)`));
  expect(row, `the README has no row for lesson ${name}`).toBeDefined();
  return row!.split('|').map((cell) => cell.trim()).slice(1, -1); // prettier-ignore
}

/** The numbers of a text, such as 61,706 and 0.985. */
const numbersOf = (text: string): string[] => text.match(/\d[\d,]*(?:\.\d+)?/g) ?? [];

describe("the README's table of lessons is in step with the notebooks", () => {
  it.each(lessons)('$name: its picture', async ({ name }) => {
    const cover = coverOf(join(ROOT, 'notebooks', `${name}.ipynb`));
    const file = `docs/lessons/${name}.${cover.ending}`;
    expect(rowOf(name)[1], 'npm run readme').toContain(`src="${file}"`);
    const isSame = readFileSync(join(ROOT, file)).equals(await thumbnail(cover, 360));
    expect(isSame, `${file} is another picture than the notebook's; npm run readme`).toBe(true);
  });

  it.each(lessons)('$name: its numbers', ({ name, time, gates }) => {
    const [, , , expected, told] = rowOf(name);
    expect(told, 'npm run readme').toBe(time);
    // a number stands somewhere in the lesson, or is what the lesson must reach
    const source = read(`notebooks/${name}.ipynb`);
    const known = gates.map(({ atLeast }) => atLeast);
    const numbers = numbersOf(expected);
    expect(numbers.filter((each) => !known.includes(Number(each)) && !source.includes(each))).toEqual([]);
    expect(known.filter((each) => !numbers.map(Number).includes(each))).toEqual([]);
  });
});

describe.each(['README.md', 'site/reference.md'])('%s', (document) => {
  it('has a row for every name that convlab exports', () => {
    const source = read('src/index.ts');
    const spaces = [...source.matchAll(/^export \* as (\w+)/gm)].map(([, name]) => name);
    const values = [...source.matchAll(/^export \{ (.*?) \}/gm)].flatMap(([, names]) => names.split(', '));
    // `tf` has a paragraph of its own; the others are for programs, and stand in the reference only
    const apart = ['tf', 'GreyImage', 'InputError', 'VERSION'];
    const names = [...spaces, ...values].filter((name) => !apart.includes(name));
    const rows = read(document)
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const first = rows.map((row) => row.split('|')[1]).join(' ');
    const shown = (name: string) => first.includes(`\`${name}\``) || first.includes(`>${name}</a>`);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !shown(name))).toEqual([]);
  });
});

it('every room of `src/` has a row in the README', () => {
  const rooms = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const absent = rooms.filter(({ name }) => !read('README.md').includes(`| \`src/${name}/\``));
  expect(absent.map(({ name }) => name)).toEqual([]);
});

it('the pictures in `docs/` stay small: 150 kB', () => {
  const files = readdirSync(join(ROOT, 'docs'), { withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(1);
  for (const { name } of files) {
    expect(statSync(join(ROOT, 'docs', name)).size, name).toBeLessThan(150_000);
    expect(read('README.md')).toContain(`(docs/${name})`);
  }
});

describe("the README's table of times", () => {
  it('has what the bench has recorded', () => {
    const { comparison } = load('readme/comparison.mjs') as { comparison: (entries: object) => string[] };
    const cells = (line: string): string[] => line.split('|').map((cell) => cell.trim());
    const lines = read('README.md').split('\n').map(cells);
    const [, , ...rows] = comparison(JSON.parse(read('bench/results.json')) as object).map(cells);
    expect(rows.length).toBeGreaterThan(4);
    for (const row of rows) expect(lines, 'npm run readme').toContainEqual(row);
  });
});

describe.each(['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'data/README.md'])('%s', (document) => {
  // code is no link
  const text = read(document).replace(/```[\s\S]*?```|`[^`\n]*`/g, '');

  it('links to files that are there', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)].map(([, link, src]) => link || src);
    const inside = links.filter((link) => !/^(?:[a-z]+:|#)/.test(link)).map((link) => link.split('#')[0]);
    expect(inside.length).toBeGreaterThan(0);
    expect(inside.filter((link) => !existsSync(join(ROOT, dirname(document), link)))).toEqual([]);
  });

  it('names npm scripts that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(document).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
