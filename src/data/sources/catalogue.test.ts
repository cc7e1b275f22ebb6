import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue, entryOf, publishedFile } from './catalogue';
import { sha256Of } from './checksum';
import { dataFolders } from './folders';

const files = catalogue().flatMap((entry) => entry.files);

describe('the catalogue', () => {
  it('knows the data sets of the lessons', () => {
    const names = catalogue().map((entry) => entry.name);
    expect(names.sort()).toEqual(['ascent', 'happy-or-sad', 'horse-or-human', 'mnist', 'signs']);
  });

  it.each(files.map((file) => [file.file, file] as const))(
    '%s has mirrors on several addresses, by https',
    (_, file) => {
      expect(file.urls.length).toBeGreaterThan(1);
      expect(new Set(file.urls).size).toBe(file.urls.length);
      for (const url of file.urls) expect(new URL(url).protocol).toBe('https:');
      expect((file.sha256 === null) === (file.bytes === null)).toBe(true);
      if (file.sha256 !== null) expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
    },
  );

  it('names each file once, and its licence', () => {
    expect(new Set(files.map((file) => file.file)).size).toBe(files.length);
    for (const entry of catalogue()) expect(entry.licence.length * entry.holds.length).toBeGreaterThan(0);
  });

  it('says which data sets there are when asked for another', () => {
    expect(() => entryOf('cifar')).toThrow(/no data set "cifar".*there are ascent, mnist/);
    expect(() => publishedFile('mnist', 'x')).toThrow(/"mnist" has no file "x"/);
  });
});

describe.runIf(process.env.CONVLAB_DATA)('the published files', () => {
  const exact = ['mnist/train-images-idx3-ubyte.gz', 'mnist/train-labels-idx1-ubyte.gz'].concat(
    ['mnist/t10k-images-idx3-ubyte.gz', 'mnist/t10k-labels-idx1-ubyte.gz', 'signs/test_signs.h5'],
    ['ascent/ascent.dat', 'ascent/ascent.dat.v1'],
  );
  const editions = files.flatMap((file) => [file, ...(file.editions ?? [])]);

  it.each(exact)('%s has the catalogue’s bytes and checksum', async (name) => {
    const entry = editions.find((file) => file.file === name)!;
    const path = join(dataFolders()[0].path, name);
    expect([statSync(path).size, await sha256Of(path)]).toEqual([entry.bytes, entry.sha256]);
  });
});
