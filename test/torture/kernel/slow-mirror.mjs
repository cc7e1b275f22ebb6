/** A mirror that sends a large file so slowly that a cell which downloads it can be interrupted at any moment. */
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const LENGTH = 100e6;
const PIECE = Buffer.alloc(8192);

const at = (path) => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));

export class SlowMirror {
  #server = createServer((request, response) => void this.#send(request, response));

  /** @returns the mirror, which listens */
  static async start() {
    const mirror = new SlowMirror();
    await new Promise((done) => mirror.#server.listen(0, '127.0.0.1', done));
    return mirror;
  }

  /** How many downloads run. */
  downloads = 0;

  async #send(request, response) {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = from > 0 && { 'content-range': `bytes ${from}-${LENGTH - 1}/${LENGTH}` };
    this.downloads++;
    response.once('close', () => this.downloads--);
    response.writeHead(from > 0 ? 206 : 200, { etag: '"1"', 'content-length': LENGTH - from, ...range });
    while (!response.destroyed) {
      response.write(PIECE);
      await sleep(5);
    }
  }

  /** A cell that makes `download`, which gets the file through the cache as a loader of a data set does. */
  get cell() {
    const { port } = this.#server.address();
    return `import { createRequire } from 'node:module';
import { connect } from 'node:net';
const ours: any = createRequire(${at('../../../package.json')});
const { Agent } = ours('undici');
const { obtain, sourcesOf } = ours(${at('../../../dist/data/sources/locate.js')});
const dispatcher = new Agent({ connect: (_: unknown, done: any) => {
  const socket = connect(${port}, '127.0.0.1');
  socket.once('connect', () => done(null, socket)).once('error', (error) => done(error, null));
} });
const network = async () => ({ dispatcher, stall: 0, pause: 1, silent: new Set() });
const file = { file: 'set/slow.bin', bytes: ${LENGTH}, sha256: '0'.repeat(64), urls: ['https://mirror.test/file'] };
const download = () => obtain('set', file, { ...sourcesOf(), network });`;
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
