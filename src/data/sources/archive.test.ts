import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ZipFile } from 'yazl';
import { ArchiveError } from '../errors';
import { extracted } from './archive';
import { locate, type Located } from './locate';
import { noise } from './testing/internet';
import { inspectArchive, placeOf, unpack } from './zip';

let root: string;
let cache: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'convlab-archive-'));
  cache = join(root, 'cache');
  vi.stubEnv('CONVLAB_CACHE', cache);
  vi.stubEnv('CONVLAB_OFFLINE', '1');
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

interface Item {
  name: string;
  content?: Uint8Array;
  /** As in `stat`. */
  mode?: number;
}

/** A zip archive; yazl refuses bad names, so they are written over placeholders of equal length. */
async function zip(items: Item[]): Promise<Buffer> {
  const file = new ZipFile();
  const names = items.map(({ name }, i) => `${i}`.padStart(name.length, '_').slice(-name.length));
  items.forEach(({ content = new Uint8Array(0), mode }, i) => {
    const mtime = new Date(2020, 0, 1); // the same bytes each time
    file.addBuffer(Buffer.from(content), names[i], { mtime, ...(mode !== undefined && { mode }) });
  });
  file.end();
  let bytes = (await buffer(file.outputStream)).toString('latin1');
  items.forEach(({ name }, i) => (bytes = bytes.replaceAll(names[i], name)));
  return Buffer.from(bytes, 'latin1');
}

function put(content: Uint8Array, name = 'set.zip'): Located {
  const path = join(root, name);
  writeFileSync(path, content);
  return { path, file: name, folder: 'CONVLAB_DATA', source: 'local', note: '' };
}

const PICTURES: Item[] = [
  { name: 'Files/data/happy/a.png', content: noise(5000, 1) },
  { name: 'Files/data/happy/b.png', content: noise(5000, 2) },
  { name: 'Files/data/sad/c.png', content: noise(5000, 3) },
];

describe('an archive', () => {
  it('is unpacked into the cache, byte for byte', async () => {
    const folder = await extracted(put(await zip(PICTURES)));
    expect(folder.startsWith(join(cache, 'extracted', 'set-'))).toBe(true);
    for (const { name, content } of PICTURES) {
      expect(readFileSync(join(folder, name))).toEqual(Buffer.from(content ?? []));
    }
    expect(readdirSync(join(cache, 'extracted'))).toHaveLength(1);
  });

  it('is unpacked once', async () => {
    const archive = put(await zip(PICTURES));
    const folder = await extracted(archive);
    writeFileSync(join(folder, PICTURES[0].name), 'mark');
    expect(await extracted(archive)).toBe(folder);
    expect(readFileSync(join(folder, PICTURES[0].name), 'utf8')).toBe('mark');
  });

  it('is unpacked once by several at once', async () => {
    const archive = put(await zip(PICTURES));
    const folders = await Promise.all([extracted(archive), extracted(archive), extracted(archive)]);
    expect(new Set(folders).size).toBe(1);
  });

  it('is unpacked again when it changes, or when a file has gone', async () => {
    const folder = await extracted(put(await zip(PICTURES)));
    rmSync(join(folder, PICTURES[2].name));
    expect(await extracted(put(await zip(PICTURES)))).toBe(folder);
    expect(existsSync(join(folder, PICTURES[2].name))).toBe(true);
    expect(await extracted(put(await zip(PICTURES.slice(1))))).not.toBe(folder);
  });

  it('is unpacked over what a killed process left', async () => {
    const archive = put(await zip(PICTURES));
    const folder = await extracted(archive);
    const home = join(folder, '..');
    mkdirSync(join(`${home}.tmp`, 'files', 'Files'), { recursive: true });
    rmSync(join(home, 'complete.json'));
    expect(await extracted(archive)).toBe(folder);
    expect(existsSync(`${home}.tmp`)).toBe(false);
  });

  it('leaves out what systems add', async () => {
    const clutter = ['__MACOSX/Files/._a.png', 'Files/.DS_Store', 'Files/Thumbs.db'];
    const folder = await extracted(put(await zip([...PICTURES, ...clutter.map((name) => ({ name }))])));
    expect(readdirSync(folder)).toEqual(['Files']);
    expect(readdirSync(join(folder, 'Files'))).toEqual(['data']);
  });

  it('may hold folders and empty files', async () => {
    const folder = await extracted(put(await zip([{ name: 'a/b.txt' }, ...PICTURES])));
    expect(readFileSync(join(folder, 'a/b.txt'), 'utf8')).toBe('');
  });
});

const LINK = 0o120777;
const bomb = new Uint8Array(3 << 20);

describe('an archive is refused, and nothing of it kept, when it', () => {
  it.each<[string, Item[], RegExp]>([
    [
      'leads out',
      [{ name: '../../evil.png' }],
      /sound zip archive.*invalid relative path: \.\.\/\.\.\/evil\.png/,
    ],
    ['leads out in the middle', [{ name: 'a/../../evil' }], /invalid relative path/],
    ['leads out by backslashes', [{ name: '..\\..\\evil' }], /invalid relative path/],
    ['is absolute', [{ name: '/etc/evil' }], /absolute path: \/etc\/evil/],
    ['is absolute on Windows', [{ name: 'C:/evil.png' }], /absolute path: C:\/evil\.png/],
    [
      'holds a link',
      [{ name: 'link', content: Buffer.from('/etc'), mode: LINK }],
      /expected files and folders, found the link or device "link"/,
    ],
    ['holds a device', [{ name: 'tty', mode: 0o020666 }], /the link or device "tty"/],
    [
      'unpacks a thousandfold',
      [{ name: 'bomb.png', content: bomb }],
      /at most 100 times their size, found "bomb\.png" with 1\d{3}\./,
    ],
    [
      'unpacks a thousandfold in small parts',
      Array.from({ length: 70 }, (_, i) => ({
        name: `bomb-${i + 100}.png`,
        content: bomb.subarray(0, 1 << 20),
      })),
      /at most 100 times the archive's size when unpacked, found more/,
    ],
    [
      'names a place twice',
      [{ name: 'a.png' }, { name: 'a.png' }],
      /expected a place of its own for each entry, found two in one place/,
    ],
    ['names a file as a folder', [{ name: 'a.png' }, { name: 'a.png/b' }], /two in one place/],
  ])('%s', async (_, items, message) => {
    const archive = put(await zip([...PICTURES, ...items]));
    const error = await extracted(archive).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ArchiveError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toMatch(
      /^set\.zip: .* Nothing of it was used; delete the file, or get it anew\.$/,
    );
    expect(existsSync(join(cache, 'extracted')) ? readdirSync(join(cache, 'extracted')) : []).toEqual([]);
    expect(readdirSync(root).sort()).toEqual(['cache', 'set.zip']);
  });

  it('has too many entries', async () => {
    const content = await zip(PICTURES);
    // The number of entries, in the end of the central directory: 22 bytes before the end.
    content.writeUInt16LE(20_001, content.length - 22 + 10);
    await expect(extracted(put(content))).rejects.toThrow(
      'set.zip: expected at most 20000 entries, found 20001.',
    );
  });

  it('promises too much in all', async () => {
    const content = await zip([{ name: 'a.png', content: noise(100) }]);
    // The unpacked size of the one entry, in the central directory: 24 bytes behind its signature.
    const at = content.indexOf('PK\x01\x02', 0, 'latin1');
    content.writeUInt32LE(0x90000000, at + 20);
    content.writeUInt32LE(0x90000000, at + 24);
    await expect(extracted(put(content))).rejects.toThrow(ArchiveError);
  });

  it('is encrypted', async () => {
    const content = await zip(PICTURES);
    for (let at = 0; (at = content.indexOf('PK\x01\x02', at, 'latin1')) >= 0; at += 4) content[at + 8] |= 1;
    await expect(extracted(put(content))).rejects.toThrow(/"Files\/data\/happy\/a\.png", which is encrypted/);
  });

  it.each([
    ['is no archive', Buffer.from('<html>')],
    ['is empty', Buffer.alloc(0)],
  ])('%s', async (_, content) => {
    await expect(extracted(put(content))).rejects.toThrow(/^set\.zip: expected a sound zip archive/);
  });

  it('is cut short anywhere', async () => {
    const content = await zip(PICTURES);
    for (let length = 0; length < content.length; length += 97) {
      await expect(extracted(put(content.subarray(0, length)))).rejects.toThrow(ArchiveError);
    }
  });

  it('has any byte of a picture changed', async () => {
    const content = await zip(PICTURES);
    const data = content.indexOf(PICTURES[0].content!.subarray(0, 8));
    for (const at of [data, data + 1234, data + 4999]) {
      const damaged = Buffer.from(content);
      damaged[at] ^= 1;
      await expect(extracted(put(damaged))).rejects.toThrow(ArchiveError);
    }
  });

  it('has any byte changed: an error, or the same names within the folder', async () => {
    const content = await zip(PICTURES);
    for (let i = 0; i < 60; i++) {
      const damaged = Buffer.from(content);
      damaged[Math.floor((i / 60) * damaged.length)] ^= 1 << (i % 8);
      const folder = join(root, 'out');
      mkdirSync(folder);
      await unpack(put(damaged).path, 'set.zip', folder).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Error);
      });
      expect(readdirSync(root).sort()).toEqual(['out', 'set.zip']);
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the place of an entry', () => {
  it('is below the folder, or an error', () => {
    expect(placeOf(root, 'a/b')).toBe(join(root, 'a', 'b'));
    for (const name of ['x'.repeat(256), 'é'.repeat(128), 'a\0b', 'a/\n']) {
      expect(() => placeOf(root, name)).toThrow();
    }
    for (const name of ['..', '../x', '/x', 'a/../..', '.', '']) expect(() => placeOf(root, name)).toThrow();
  });
});

describe.runIf(process.env.CONVLAB_DATA)('the real archives', () => {
  it.each([
    ['happy-or-sad', 'happy-or-sad.zip', 80],
    ['horse-or-human', 'validation-horse-or-human.zip', 256],
  ])('%s unpacks', async (dataSet, file, count) => {
    const archive = (await locate(dataSet, file))!;
    await inspectArchive(archive.path, file);
    const folder = await extracted(archive);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files).toHaveLength(count);
  });
});
