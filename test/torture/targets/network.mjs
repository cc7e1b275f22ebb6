/** Downloads from mirrors that stall, break off, lie and lead elsewhere: the file is right, or it is not there. */
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from 'undici';
import { anyUpTo } from '../harness/moments.mjs';
import { built } from './bytes.mjs';

const { download } = built('data/sources/download.js');

const CONTENT = Buffer.from(Uint8Array.from({ length: 70_000 }, (_, i) => (i * i) >> 3));
const ETAG = '"v1"';

/** The answer of a good mirror, which understands ranges. */
function good(request, response) {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from >= CONTENT.length) return void response.writeHead(416).end();
  const range = from > 0 && { 'content-range': `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}` };
  const rest = CONTENT.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, { etag: ETAG, 'content-length': rest.length, ...range }).end(rest);
}

const cutAfter = (count, end) => (_, response) => {
  response.writeHead(200, { etag: ETAG, 'content-length': CONTENT.length });
  response.write(CONTENT.subarray(0, count), () => end(response));
};
const redirect =
  (location, status = 302) =>
  (_, response) =>
    void response.writeHead(status, { location }).end();
const plain = (status, headers, body) => (_, response) => void response.writeHead(status, headers).end(body);

/** What a mirror may do; the number says where or how much. */
const DEEDS = {
  good: () => good,
  resets: (n) => cutAfter(n, (response) => response.socket?.destroy()),
  stalls: (n) => cutAfter(n, () => undefined),
  silent: () => () => undefined,
  wrong: (n) => plain(200, {}, Buffer.from(CONTENT.map((byte, i) => (i === n ? byte ^ 1 : byte)))),
  longer: (n) => plain(200, {}, Buffer.concat([CONTENT, Buffer.alloc(1 + n)])),
  shorter: (n) => plain(200, {}, CONTENT.subarray(0, n)),
  endless: () => (_, response) => {
    response.writeHead(200);
    const more = () =>
      response.write(CONTENT, (error) => !error && !response.destroyed && setImmediate(more));
    more();
  },
  refuses: (n) => plain([400, 403, 404, 429, 500, 503][n % 6], {}, 'no'),
  page: () => plain(200, { 'content-type': 'text/html' }, '<html>'),
  packed: () => plain(200, { 'content-encoding': 'gzip' }, CONTENT),
  otherPart: (n) => plain(206, { 'content-range': `bytes ${n + 1}-69999/70000` }, CONTENT.subarray(n + 1)),
  badRange: () => plain(206, { 'content-range': 'bytes x-y/z' }, CONTENT),
  elsewhere: () => redirect('https://spare.test/file'),
  toHttp: () => redirect('http://plain.test/file'),
  toFile: () => redirect('file:///etc/passwd'),
  nowhere: () => redirect('https://'),
  around: () => redirect('/file', 307),
};
/** Where a mirror does it: at the edges often, and else anywhere. */
const position = fc.oneof(fc.nat(CONTENT.length - 1), anyUpTo(CONTENT.length - 1));
const deed = fc.record({ what: fc.constantFrom(...Object.keys(DEEDS)), n: position });
const situation = fc.record({
  mirrors: fc.array(deed, { minLength: 1, maxLength: 4 }),
  part: fc.option(fc.record({ size: fc.oneof(fc.nat(80_000), anyUpTo(80_000)), right: fc.boolean() })),
  known: fc.boolean(),
});

let server;
let hosts = new Map();
let plainAsked = 0;

/** Connections to names end at our server; those over plain http are counted, and must not be. */
function dispatcher(port) {
  const agent = new Agent({
    connect: ({ hostname, protocol }, done) => {
      if (protocol !== 'https:') plainAsked++;
      if (!hosts.has(hostname))
        return void done(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), null);
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => done(null, socket)).once('error', (error) => done(error, null));
    },
  });
  // Only a mirror that is to be given up may run out of time; the others take what a busy machine needs.
  const isMute = ({ origin }) => ['stalls', 'silent'].includes(hosts.get(new URL(origin).hostname)?.what);
  return agent.compose((dispatch) => (options, handler) => {
    const limit = isMute(options) ? 100 : 0;
    return dispatch({ ...options, headersTimeout: limit, bodyTimeout: limit }, handler);
  });
}

export const target = {
  name: 'network',
  errors: ['DownloadError'],
  tells: / could not be downloaded \(.*m\d\.test: .+\)/,
  keeps: /^cache\/set(\/file\.dat(\.rejected)?)?$/,
  stays: /^cache\/set(\/file\.dat\.(part(\.json)?|rejected))?$/,
  async prepare() {
    server = createServer((request, response) => {
      const host = hosts.get(request.headers.host);
      response.on('error', () => undefined);
      if (host) DEEDS[host.what](host.n)(request, response);
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    return situation;
  },
  async run({ mirrors, part, known }, { cache }) {
    hosts = new Map(mirrors.map((mirror, i) => [`m${i}.test`, mirror]));
    hosts.set('spare.test', { what: 'good', n: 0 });
    plainAsked = 0;
    const sha256 = createHash('sha256').update(CONTENT).digest('hex');
    const urls = mirrors.map((_, i) => `https://m${i}.test/file`);
    const file = { file: 'set/file.dat', bytes: CONTENT.length, sha256, urls };
    const path = join(cache, 'set', 'file.dat');
    mkdirSync(join(cache, 'set'));
    if (part) {
      const start = CONTENT.subarray(0, part.size).map((byte) => (part.right ? byte : byte ^ 1));
      writeFileSync(`${path}.part`, start);
      if (known) writeFileSync(`${path}.part.json`, JSON.stringify({ url: urls[0], validator: ETAG }));
    }
    const network = {
      dispatcher: dispatcher(server.address().port),
      stall: 100,
      pause: 1,
      silent: new Set(),
    };
    const rest = { signal: new AbortController().signal, onProgress: () => undefined, tell: () => undefined };
    let failure;
    try {
      await download(file, path, { net: network, ...rest });
    } catch (error) {
      failure = error;
    }
    server.closeAllConnections();
    await network.dispatcher.destroy();
    if (plainAsked > 0) throw new Error('something was asked for over plain http');
    const right = existsSync(path) && readFileSync(path).equals(CONTENT);
    if (existsSync(path) !== (failure === undefined) || (!failure && !right)) {
      throw new Error(
        `told ${failure?.message ?? 'success'}, but the file is ${right ? 'right' : 'wrong or absent'}`,
      );
    }
    const able = mirrors.some(({ what }) => what === 'good' || what === 'elsewhere');
    if (failure && able) throw new Error(`a good mirror was not used: ${failure.message}`);
    if (failure) throw failure;
  },
  finish: () => server.close(),
};
