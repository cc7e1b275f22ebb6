/** The catalogue of data sets: what it says is downloaded, and put where it says. */
import { readFileSync } from 'node:fs';
import { damagedJsonText } from '../harness/mutate.mjs';
import { built, fileTarget } from './bytes.mjs';

const { readCatalogue } = built('data/sources/catalogue-format.js');
const REAL = JSON.parse(readFileSync(new URL('../../../data/catalogue.json', import.meta.url), 'utf8'));
const SMALL = Object.fromEntries(Object.entries(REAL).slice(0, 1));

/** What every reader of a catalogue relies on. */
function check(entries) {
  for (const { files } of entries) {
    for (const { file, urls, sha256 } of files) {
      const good =
        !/(^|\/)\.|\\|^\/|:/.test(file) &&
        urls.every((url) => new URL(url).protocol === 'https:') &&
        (sha256 === null || sha256.length === 64);
      if (!good) throw new Error(`accepted ${JSON.stringify({ file, urls, sha256 })}`);
    }
  }
}

export const target = fileTarget({
  name: 'catalogue',
  file: 'catalogue.json',
  errors: ['CatalogueError'],
  tells: /: expected .+, found .+\. Take the file from convlab anew\.$/,
  prepare: () => damagedJsonText([SMALL, REAL]),
  read: (path, file) => check(readCatalogue(readFileSync(path, 'utf8'), file)),
});
