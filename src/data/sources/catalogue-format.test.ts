import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue';
import { CatalogueError, readCatalogue } from './catalogue-format';

const TEXT = readFileSync(join(__dirname, '../../../data/catalogue.json'), 'utf8');

/** The catalogue with a field of its first file changed. */
function changed(field: string, value: unknown): string {
  const entries = JSON.parse(TEXT) as { ascent: { files: Record<string, unknown>[] } };
  entries.ascent.files[0][field] = value;
  return JSON.stringify(entries);
}

describe('readCatalogue', () => {
  it('reads the real one', () => {
    expect(readCatalogue(TEXT, 'catalogue.json')).toEqual(catalogue());
  });

  it.each<[string, string, RegExp]>([
    ['no JSON', '{', /^c\.json: expected JSON/],
    ['no object', '[]', /^c\.json: expected an object/],
    ['an entry that is none', '{"x": 1}', /^c\.json, x: expected an object, found 1/],
    ['a name that is none', '{"../x": {}}', /names of data sets in small letters/],
    ['an inherited field', '{"x": {"__proto__": {"holds": "y"}}}', /x\.holds: expected a text, found/],
    [
      'a path that leads out',
      changed('file', '../../escaped'),
      /ascent\.files\[0\]\.file: expected a path of plain/,
    ],
    ['an absolute path', changed('file', '/escaped'), /files\[0\]\.file/],
    ['a path of Windows', changed('file', 'a\\..\\b'), /files\[0\]\.file/],
    ['no https', changed('urls', ['http://x.test/a']), /files\[0\]\.urls: expected .* begin with https/],
    [
      'a long list with one of them, in one line',
      changed('urls', [`https://x.test/${'a'.repeat(90)}`, 'http://x.test/a']),
      /^.*found \[ 'https.*', 'http:\/\/x\.test\/a' \]\. Take.*$/,
    ],
    [
      'a longer list, in one line',
      changed('urls', [null, true, '', 1, 2, 3, 4, 5, 6]),
      /^.*found \[ null, true, .*\]\. Take.*$/,
    ],
    ['no addresses', changed('urls', []), /files\[0\]\.urls/],
    ['a password', changed('urls', ['https://me:secret@x.test/a']), /files\[0\]\.urls/],
    ['half a checksum', changed('sha256', 'abc'), /files\[0\]\.sha256: expected 64 hexadecimal digits/],
    ['bytes without a checksum', changed('sha256', null), /bytes and sha256, or null for both/],
    ['endless bytes', changed('bytes', 1e300), /files\[0\]\.bytes/],
    ['an edition that is none', changed('editions', [5]), /editions\[0\]: expected an object/],
    ['a file twice', changed('file', 'mnist/train-images-idx3-ubyte.gz'), /each file once/],
  ])('refuses %s', (_, text, message) => {
    const read = () => readCatalogue(text, 'c.json');
    expect(read).toThrow(CatalogueError);
    expect(read).toThrow(message);
  });
});
