import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataError, DownloadInterruptedError } from '../errors';
import { cacheFolder, dataFolders, writableFolder, type DataFolder } from './folders';
import { locate, locateIn, type Located, type Sources } from './locate';
import { Internet, noise, published, serve } from './testing/internet';

const CONTENT = noise(50_000);
const OTHER = noise(50_000, 2);
const FILE = published(CONTENT, ['https://one.test/file.bin']);

let internet: Internet;
let root: string;
let own: DataFolder;
let cache: DataFolder;
let warned: string[];

beforeEach(async () => {
  internet = await Internet.start();
  root = mkdtempSync(join(tmpdir(), 'convlab-locate-'));
  own = { name: 'CONVLAB_DATA', path: join(root, 'own') };
  cache = { name: 'cache', path: join(root, 'cache') };
  warned = [];
  vi.spyOn(console, 'warn').mockImplementation((line: string) => warned.push(line));
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await internet.close();
  rmSync(root, { recursive: true });
});

function put(folder: DataFolder, content: Uint8Array, file = FILE.file): void {
  const path = join(folder.path, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function find(more: Partial<Sources> = {}, file = FILE): Promise<Located | undefined> {
  const network = internet.network();
  return locateIn('set', file, {
    folders: [own, cache],
    store: () => writableFolder(cache.path),
    network: () => Promise.resolve(network),
    ...more,
  });
}

const bytesOf = (found: Located | undefined) => found && readFileSync(found.path);

describe('an interrupt in a notebook', () => {
  const globals = globalThis as Record<symbol, unknown>;
  const interrupts = new EventEmitter();
  beforeEach(() => (globals[Symbol.for('convlab.interrupts')] = interrupts));
  afterEach(() => void Reflect.deleteProperty(globals, Symbol.for('convlab.interrupts')));

  it('stops a download, which the next one goes on with at once', async () => {
    let closed: Promise<unknown> | undefined;
    internet.host('one.test', (_, response) => {
      closed = new Promise((done) => response.once('close', done));
      response.writeHead(200, { 'content-length': CONTENT.length }).write(CONTENT.subarray(0, 20_000));
    });
    const part = join(cache.path, 'set', 'file.bin.part');
    const isHere = () => existsSync(part) && readFileSync(part).length === 20_000;
    const loading = find();
    void vi.waitUntil(isHere, 20_000).then(() => interrupts.emit('interrupt'));
    await expect(loading).rejects.toThrow(DownloadInterruptedError);
    await closed;
    expect(interrupts.listenerCount('interrupt')).toBe(0);
    expect(readdirSync(join(cache.path, 'set'))).toEqual(['file.bin.part', 'file.bin.part.json']);
    internet.host('one.test', serve(CONTENT));
    expect(bytesOf(await find())).toEqual(Buffer.from(CONTENT));
    expect(internet.seen[1].range).toBe('bytes=20000-');
  });

  it('ends the waiting for another process that loads the file', async () => {
    mkdirSync(join(cache.path, 'set', 'file.bin.lock'), { recursive: true });
    setTimeout(() => interrupts.emit('interrupt'), 300);
    await expect(find()).rejects.toThrow(/set\/file\.bin was not loaded: interrupted/);
  });
});

describe('a file is looked for', () => {
  it('first in CONVLAB_DATA', async () => {
    put(own, CONTENT);
    put(cache, CONTENT);
    expect(await find()).toMatchObject({
      folder: 'CONVLAB_DATA',
      file: 'set/file.bin',
      source: 'published',
      note: 'set: the published set/file.bin',
    });
  });

  it('then in the cache', async () => {
    put(cache, CONTENT);
    expect(await find()).toMatchObject({ folder: 'cache', source: 'published' });
    expect(internet.seen).toEqual([]);
  });

  it('then at its published address, once', async () => {
    internet.host('one.test', serve(CONTENT));
    const found = await find();
    expect(found).toMatchObject({ folder: 'cache', source: 'published' });
    expect(bytesOf(found)).toEqual(Buffer.from(CONTENT));
    await find();
    expect(internet.seen).toHaveLength(1);
    expect(readdirSync(join(cache.path, 'set'))).toEqual(['file.bin']);
    expect(console.error).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^set: file\.bin, 50\.0 kB from one\.test in \d+\.\d s$/),
    );
  });

  it('nowhere else, with one warning that says why', async () => {
    expect(await find()).toBeUndefined();
    expect(warned).toEqual([
      'set: set/file.bin could not be downloaded (one.test: cannot be reached (ENOTFOUND)); ' +
        'the synthetic twin is used. To try again: npm run data -- get set',
    ]);
  });

  it('on no network when there may be none', async () => {
    internet.host('one.test', serve(CONTENT));
    expect(await find({ network: undefined })).toBeUndefined();
    expect([internet.seen, warned]).toEqual([[], []]);
  });

  it('also by its other editions, which are never loaded', async () => {
    const file = {
      ...FILE,
      editions: [{ file: 'set/old.bin', bytes: null, sha256: published(OTHER, []).sha256 }],
    };
    put(own, OTHER, 'set/old.bin');
    put(cache, CONTENT);
    expect(await find({}, file)).toMatchObject({
      file: 'set/old.bin',
      folder: 'CONVLAB_DATA',
      source: 'published',
    });
  });
});

describe('a file with another checksum', () => {
  it('is used where the user put it, and said to be another', async () => {
    put(own, OTHER);
    expect(await find()).toMatchObject({
      folder: 'CONVLAB_DATA',
      source: 'local',
      note: 'set: set/file.bin from CONVLAB_DATA is not the published file',
    });
    expect(warned).toEqual([]);
  });

  it('is replaced in the cache, and kept aside', async () => {
    put(cache, OTHER);
    internet.host('one.test', serve(CONTENT));
    expect(bytesOf(await find())).toEqual(Buffer.from(CONTENT));
    expect(readFileSync(join(cache.path, 'set/file.bin.rejected'))).toEqual(Buffer.from(OTHER));
    expect(warned[0]).toMatch(
      /^set: set\/file\.bin in the cache folder does not have the published checksum/,
    );
  });

  it('is passed over in the cache without a network', async () => {
    put(cache, OTHER);
    expect(await find({ network: undefined })).toBeUndefined();
    expect(warned).toHaveLength(1);
    expect(existsSync(join(cache.path, 'set/file.bin'))).toBe(true);
  });

  it('is accepted where the published one is not known', async () => {
    const found = await find({}, { ...FILE, sha256: null, bytes: null });
    expect(found).toBeUndefined();
    internet.host('one.test', serve(CONTENT));
    expect(await find({}, { ...FILE, sha256: null, bytes: null })).toMatchObject({
      source: 'local',
      note: expect.stringMatching(/whose checksum is not known$/) as string,
    });
  });
});

describe('what is there and cannot be read', () => {
  it('is an error that names it, not a reason to go on', async () => {
    mkdirSync(join(own.path, FILE.file), { recursive: true });
    put(cache, CONTENT);
    await expect(find()).rejects.toThrow(DataError);
    await expect(find()).rejects.toThrow(
      'CONVLAB_DATA/set/file.bin: expected a file, found something else. Move it away.',
    );
  });

  it('is no error where a file stands in the place of its folder', async () => {
    put(own, CONTENT, 'set');
    put(cache, CONTENT);
    expect(await find()).toMatchObject({ folder: 'cache' });
  });
});

describe('several at once', () => {
  it('load a file once', async () => {
    internet.host('one.test', serve(CONTENT));
    const found = await Promise.all([find(), find(), find(), find()]);
    expect(found.every((file) => file?.source === 'published')).toBe(true);
    expect(internet.seen).toHaveLength(1);
  });

  it('do not wait for a process that was killed, and go on with what it left', async () => {
    const target = join(cache.path, FILE.file);
    put(cache, CONTENT.subarray(0, 20_000), `${FILE.file}.part`);
    const script = `require('proper-lockfile').lock(process.argv[1], { realpath: false }).then(() => console.log('locked'));
      setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['-e', script, target], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => other.stdout.once('data', resolve));
    const gone = new Promise((resolve) => other.once('exit', resolve));
    other.kill('SIGKILL');
    await gone;
    expect(existsSync(`${target}.lock`)).toBe(true);
    // As if its last sign of life were twenty seconds old.
    const then = new Date(Date.now() - 20_000);
    utimesSync(`${target}.lock`, then, then);
    internet.host('one.test', serve(CONTENT));
    expect(bytesOf(await find())).toEqual(Buffer.from(CONTENT));
    expect(internet.seen.map((request) => request.range)).toEqual(['bytes=20000-']);
    expect(existsSync(`${target}.lock`)).toBe(false);
  });
});

describe('a cache that cannot be written', () => {
  /** Fails for root too: a file stands where a folder must be made. */
  const blocked = () => {
    writeFileSync(join(root, 'file'), '');
    return join(root, 'file', 'cache');
  };
  const spare = (): DataFolder => ({ name: 'temporary', path: join(root, 'spare') });

  it('is replaced by a temporary folder, which is told', async () => {
    internet.host('one.test', serve(CONTENT));
    const found = await find({ store: () => writableFolder(blocked(), spare()) });
    expect(found).toMatchObject({ folder: 'temporary', path: join(root, 'spare', 'set', 'file.bin') });
    expect(warned).toEqual([
      'data: the cache cannot be written (ENOTDIR), so downloads go to a temporary folder; ' +
        'set CONVLAB_CACHE to a folder of your own to keep them',
    ]);
    expect(await find({ folders: [own, spare()] })).toMatchObject({ folder: 'temporary' });
  });

  it('and no temporary folder: the twin, with a warning', async () => {
    const folder: DataFolder = { name: 'temporary', path: join(root, 'file', 'spare') };
    expect(await find({ store: () => writableFolder(blocked(), folder) })).toBeUndefined();
    expect(warned.at(-1)).toMatch(/^set: data: neither the cache nor the temporary folder can be written/);
  });

  it.runIf(process.platform !== 'win32')(
    'a temporary folder that others may write to is not trusted',
    async () => {
      mkdirSync(spare().path);
      const { chmodSync } = await import('node:fs');
      chmodSync(spare().path, 0o777);
      await expect(writableFolder(blocked(), spare())).rejects.toThrow(
        /neither the cache nor the temporary folder/,
      );
    },
  );
});

describe('the environment', () => {
  it('names the folders: CONVLAB_DATA, then the cache', () => {
    const env = { CONVLAB_DATA: '/somewhere/data', CONVLAB_CACHE: '/somewhere/cache' };
    expect(dataFolders(env).slice(0, 2)).toEqual([
      { name: 'CONVLAB_DATA', path: '/somewhere/data' },
      { name: 'cache', path: '/somewhere/cache' },
    ]);
    expect(dataFolders({ XDG_CACHE_HOME: '/x' })[0].name).toBe('cache');
  });

  it('has a cache in the place that each system has for it', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/x' }, 'linux')).toBe(join('/x', 'convlab'));
    expect(cacheFolder({}, 'darwin')).toMatch(/Library.Caches.convlab$/);
    expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'convlab'));
  });

  it('forbids connections by CONVLAB_OFFLINE=1', async () => {
    vi.stubEnv('CONVLAB_OFFLINE', '1');
    vi.stubEnv('CONVLAB_DATA', own.path);
    vi.stubEnv('CONVLAB_CACHE', cache.path);
    expect(await locate('happy-or-sad', 'happy-or-sad.zip')).toBeUndefined();
    expect(warned).toEqual([]);
    put(own, CONTENT, 'happy-or-sad.zip');
    expect(await locate('happy-or-sad', 'happy-or-sad.zip')).toMatchObject({ source: 'local' });
  });
});
