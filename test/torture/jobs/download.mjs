/** Downloading into the cache, from a mirror in the same process that sends piece by piece. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Agent } from 'undici';
import { built } from '../targets/bytes.mjs';

const { obtain, sourcesOf } = built('data/sources/locate.js');

const CONTENT = Buffer.from(Uint8Array.from({ length: 400_000 }, (_, i) => (i * i) >> 5));
const FILE = {
  file: 'set/file.bin',
  bytes: CONTENT.length,
  sha256: createHash('sha256').update(CONTENT).digest('hex'),
  urls: ['https://mirror.test/file'],
};
const pathIn = ({ cache }) => join(cache, 'set', 'file.bin');

async function send(request, response) {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const range = from > 0 && { 'content-range': `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}` };
  response.writeHead(from > 0 ? 206 : 200, {
    etag: '"1"',
    'content-length': CONTENT.length - from,
    ...range,
  });
  for (let at = from; at < CONTENT.length; at += 8192) {
    await new Promise((done) => response.write(CONTENT.subarray(at, at + 8192), () => setImmediate(done)));
  }
  response.end();
}

let network;

export const downloading = {
  async prepare() {
    if (network) return;
    const server = createServer((request, response) => void send(request, response)).unref();
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address();
    const dispatcher = new Agent({
      connect: (_, done) => {
        const socket = connect(port, '127.0.0.1');
        socket.once('connect', () => done(null, socket)).once('error', (error) => done(error, null));
      },
    });
    network = { dispatcher, stall: 0, pause: 1, silent: new Set() };
  },
  folder: 'cache',
  clear: (sandbox) => rmSync(pathIn(sandbox), { force: true }),
  async work() {
    await obtain('set', FILE, { ...sourcesOf(), network: async () => network });
  },
  check(sandbox, moment) {
    const path = pathIn(sandbox);
    if (existsSync(path) && !readFileSync(path).equals(CONTENT))
      throw new Error('the file is there and is not whole');
    if (moment !== 'done') return; // the part is kept, for another try to go on from
    const names = readdirSync(join(sandbox.cache, 'set'));
    if (names.join() !== 'file.bin') throw new Error(`there is ${names.join(', ')}`);
  },
};
