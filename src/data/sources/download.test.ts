import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DownloadError, StorageError } from '../errors';
import type { PublishedFile } from './catalogue';
import { download, type DownloadOptions } from './download';
import { Broken, Internet, noise, published, serve } from './testing/internet';

/** The disk: pieces that go to a path with `full` in it find no room after the first. */
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>) => {
      const file = await real.open(...args);
      if (!String(args[0]).includes('full')) return file;
      const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      file.appendFile = () => Promise.reject(full);
      return file;
    },
  };
});

const CONTENT = noise(300_000);
const URLS = ['https://one.test/file.bin', 'https://two.test/file.bin'];
const FILE = published(CONTENT, URLS);

let internet: Internet;
let folder: string;
let target: string;
let told: string[];

beforeEach(async () => {
  internet = await Internet.start();
  folder = await mkdtemp(join(tmpdir(), 'convlab-download-'));
  target = join(folder, 'file.bin');
  told = [];
});

afterEach(async () => {
  await internet.close();
  await rm(folder, { recursive: true });
});

function load(file: PublishedFile = FILE, more: Partial<DownloadOptions> = {}): Promise<string> {
  return download(file, target, {
    net: internet.network(),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    tell: (line) => told.push(line),
    ...more,
  });
}

/** What is in the folder besides the file itself. */
const has = (ending: string) => existsSync(target + ending);

function expectLoaded(content = CONTENT): void {
  expect(Buffer.compare(readFileSync(target), content)).toBe(0);
  expect([has('.part'), has('.part.json')]).toEqual([false, false]);
}

/** Mirror one misbehaves; mirror two is good. */
async function failingFirst(listener: RequestListener, file = FILE, more: Partial<DownloadOptions> = {}) {
  internet.host('one.test', listener).host('two.test', serve(CONTENT));
  expect(await load(file, more)).toBe('two.test');
  expectLoaded();
}

/** Mirror one alone misbehaves: the message. */
async function failing(listener: RequestListener, file = FILE): Promise<string> {
  internet.host('one.test', listener);
  const error = await load({ ...file, urls: [URLS[0]] }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DownloadError);
  expect(existsSync(target)).toBe(false);
  return (error as DownloadError).message;
}

const html: RequestListener = (_, response) =>
  void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<p>Sign in to the Wi-Fi');

const silent: RequestListener = () => undefined;

const redirect =
  (location: string): RequestListener =>
  (_, response) =>
    void response.writeHead(302, { location }).end();

describe('a download', () => {
  it('comes from the first mirror, whole and with progress', async () => {
    internet.host('one.test', serve(CONTENT));
    const steps: [number, number | undefined][] = [];
    expect(await load(FILE, { onProgress: (...step) => steps.push(step) })).toBe('one.test');
    expectLoaded();
    expect(steps.at(-1)).toEqual([CONTENT.length, CONTENT.length]);
    expect(told).toEqual([]);
  });

  it('goes on where the mirror broke off, if it is still the same file', async () => {
    const mirror = new Broken(CONTENT, 100_000);
    internet.host('one.test', mirror.listener);
    await load(FILE, { onProgress: () => mirror.cut() });
    expectLoaded();
    const [first, second] = internet.seen;
    expect(first.range).toBeUndefined();
    expect(Number(/^bytes=(\d+)-$/.exec(second.range ?? '')?.[1])).toBeGreaterThan(0);
    expect(second.ifRange).toMatch(/^"[0-9a-f]{16}"$/);
  });

  it('begins anew when the mirror has another version by now', async () => {
    const mirror = new Broken(noise(CONTENT.length, 7), 100_000);
    internet.host('one.test', (...exchange) =>
      (internet.seen.length === 1 ? mirror.listener : serve(CONTENT))(...exchange),
    );
    await load(FILE, { onProgress: () => mirror.cut() });
    expectLoaded();
  });

  it('goes on at the next mirror where one fell silent, and remembers that', async () => {
    const mirror = new Broken(CONTENT, 100_000);
    const net = internet.network({ host: 'one.test', stall: 300 });
    let here = 0;
    const onProgress = (done: number) => (here = internet.seen.length === 1 ? done : here);
    await failingFirst(mirror.listener, FILE, { net, onProgress });
    expect([...net.silent]).toEqual(['one.test']);
    expect(internet.seen.at(-1)).toMatchObject({
      host: 'two.test',
      range: here > 0 ? `bytes=${here}-` : undefined,
    });
  });

  it('of an earlier process is gone on with, whoever broke it off', async () => {
    writeFileSync(`${target}.part`, CONTENT.subarray(0, 200_000));
    internet.host('one.test', serve(CONTENT));
    await load();
    expectLoaded();
    expect(internet.seen.map((request) => request.range)).toEqual(['bytes=200000-']);
  });

  it('that was whole but never checked is not asked for again', async () => {
    writeFileSync(`${target}.part`, CONTENT);
    await load();
    expectLoaded();
    expect(internet.seen).toEqual([]);
  });

  it.each([
    ['of another file', noise(200_000, 9)],
    ['as long as the file but another', noise(CONTENT.length, 9)],
    ['longer than the file', noise(CONTENT.length + 1, 9)],
  ])('of an earlier process %s is begun anew', async (_, part) => {
    writeFileSync(`${target}.part`, part);
    internet.host('one.test', serve(CONTENT));
    await load();
    expectLoaded();
  });

  it('without a known checksum never mixes two versions', async () => {
    const file = published(CONTENT, URLS, { sha256: null, bytes: null });
    writeFileSync(`${target}.part`, noise(1000, 9));
    writeFileSync(`${target}.part.json`, JSON.stringify({ url: URLS[1], validator: '"1"' }));
    internet.host('one.test', serve(CONTENT));
    await load(file);
    expectLoaded();
    expect(internet.seen[0].range).toBeUndefined();
  });

  it('stops at a signal and keeps what is here', async () => {
    const mirror = new Broken(CONTENT, 100_000);
    internet.host('one.test', mirror.listener);
    const stop = new AbortController();
    const loading = load(FILE, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(loading).rejects.toThrow(/abort/i);
    expect(has('.part')).toBe(true);
  });

  it('that is several megabytes arrives in order', async () => {
    const long = noise(9_000_000);
    internet.host('one.test', serve(long));
    await load(published(long, URLS));
    expectLoaded(long);
  });
});

describe('the next mirror is asked when one', () => {
  it.each<[string, RequestListener]>([
    ['answers with a web page', html],
    ['does not have it', (_, response) => void response.writeHead(404).end()],
    ['is broken', (_, response) => void response.writeHead(503).end()],
    ['resets the connection', (request) => request.socket.resetAndDestroy()],
    ['talks no HTTP', (request) => void request.socket.end('SSH-2.0-OpenSSH\r\n')],
    [
      'announces another length',
      (_, response) => void response.writeHead(200, { 'content-length': 5 }).end('12345'),
    ],
    [
      'sends less than it announces',
      (request, response) => {
        response
          .writeHead(200, { 'content-length': CONTENT.length })
          .write('short', () => request.socket.end());
      },
    ],
    [
      'sends less, and announces nothing',
      (_, response) => void response.writeHead(200).end(CONTENT.subarray(5)),
    ],
    [
      'sends without an end',
      (_, response) => {
        response.writeHead(200);
        const more = () => {
          if (!response.destroyed) response.write(Buffer.alloc(1 << 16), () => setImmediate(more));
        };
        more();
      },
    ],
    ['redirects to plain http', redirect('http://two.test/file.bin')],
    ['redirects in a circle', redirect('https://one.test/file.bin')],
    ['redirects to nowhere', redirect('https://nowhere.test/')],
    ['redirects to no address', redirect('https://')],
    [
      'packs what it sends',
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    ],
  ])('%s', async (_, listener) => {
    await failingFirst(listener);
  });

  it('says nothing at all', async () => {
    await failingFirst(silent, FILE, { net: internet.network({ host: 'one.test', stall: 200 }) });
  });

  it('sends another part than the one asked for', async () => {
    writeFileSync(`${target}.part`, CONTENT.subarray(0, 1000));
    await failingFirst((_, response) => {
      const rest = CONTENT.subarray(500);
      const range = `bytes 500-${CONTENT.length - 1}/${CONTENT.length}`;
      response.writeHead(206, { 'content-length': rest.length, 'content-range': range }).end(rest);
    });
  });

  it('sends other bytes: they are kept aside, and told', async () => {
    const other = noise(CONTENT.length, 3);
    await failingFirst(serve(other));
    expect(Buffer.compare(readFileSync(`${target}.rejected`), other)).toBe(0);
    expect(told).toEqual([
      'what one.test sent does not have the published checksum; it is not used, and kept aside as *.rejected',
    ]);
  });
});

describe('a mirror', () => {
  it('may redirect to another host over https', async () => {
    internet.host('one.test', redirect('https://storage.test/there')).host('storage.test', serve(CONTENT));
    await load();
    expectLoaded();
  });

  it('that is busy for a moment is asked again', async () => {
    let busy = true;
    internet.host('one.test', (...exchange) => {
      if (busy) exchange[1].writeHead(503).end();
      else serve(CONTENT)(...exchange);
      busy = false;
    });
    expect(await load()).toBe('one.test');
  });

  it('that could not be reached is not asked again', async () => {
    const net = internet.network();
    await expect(load(FILE, { net })).rejects.toThrow(
      /\(one\.test, two\.test: cannot be reached \(ENOTFOUND\)\)$/,
    );
    internet.host('one.test', serve(CONTENT));
    await expect(load(FILE, { net })).rejects.toThrow(/one\.test, two\.test: could not be reached before/);
    expect(internet.seen).toEqual([]);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['a web page', html, /^set\/file\.bin could not be downloaded \(one\.test: answers with a web page\)$/],
    ['a status', (_, response) => void response.writeHead(404).end(), /one\.test: answers 404/],
    ['plain http', redirect('http://two.test/'), /leads to http:\/\/, which is not https/],
    ['a circle', redirect('https://one.test/'), /redirects more than 5 times/],
    ['a reset', (request) => request.socket.resetAndDestroy(), /failed \((ECONNRESET|UND_ERR_SOCKET)\)/],
    ['a wrong length', (_, response) => void response.end('12345'), /offers 5 bytes instead of 300000/],
    ['other bytes', serve(noise(CONTENT.length, 3)), /does not have the published checksum/],
  ])('tells of %s', async (_, listener, message) => {
    expect(await failing(listener)).toMatch(message);
  });

  it('that gives anything else for a zip archive without a known checksum is told', async () => {
    const file = published(CONTENT, URLS, { file: 'set.zip', sha256: null, bytes: null });
    const message = await failing(serve(CONTENT), file);
    expect(message).toMatch(/is not what it should be \(set\.zip: expected a sound zip archive/);
    expect(has('.rejected')).toBe(true);
  });

  it('that offers too much of a file of unknown length is refused before it is loaded', async () => {
    const file = published(CONTENT, URLS, { file: 'set.zip', sha256: null, bytes: null });
    const huge: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-length': 1e12 });
      response.write('PK');
    };
    expect(await failing(huge, file)).toMatch(/offers 1000000000000 bytes instead of at most 67108864/);
  });
});

describe('a full disk', () => {
  it('ends the download with advice, asks no other mirror and makes room', async () => {
    target = join(folder, 'full.bin');
    internet.host('one.test', serve(CONTENT)).host('two.test', serve(CONTENT));
    const error = await load().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StorageError);
    expect((error as Error).message).toBe(
      'the disk is full. Make room, or set CONVLAB_CACHE to a folder on another disk.',
    );
    expect(internet.seen).toHaveLength(1);
    expect([has(''), has('.part'), has('.part.json')]).toEqual([false, false, false]);
  });

  it('is told apart from a folder that is not there', async () => {
    target = join(folder, 'nothing', 'file.bin');
    internet.host('one.test', serve(CONTENT));
    await expect(load()).rejects.toThrow(/it cannot be written \(ENOENT\)/);
  });
});
