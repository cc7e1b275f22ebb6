import { createHash } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { Agent } from 'undici';
import type { PublishedFile } from '../catalogue';
import type { Network } from '../http';

/** One request as a server saw it. */
export interface Seen {
  host: string;
  path: string;
  range: string | undefined;
  ifRange: string | undefined;
}

/**
 * A small internet for tests: hosts by name, all served by one local server. Connections to `https://NAME/…` end
 * there without encryption, and other names are not found, so that the code under test needs no weakening.
 */
export class Internet {
  readonly seen: Seen[] = [];
  private readonly hosts = new Map<string, RequestListener>();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      this.seen.push({
        host: request.headers.host ?? '',
        path: request.url ?? '',
        range: request.headers.range,
        ifRange: request.headers['if-range'] as string | undefined,
      });
      this.hosts.get(request.headers.host ?? '')?.(request, response);
    });
  }

  static async start(): Promise<Internet> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Internet(server);
  }

  host(name: string, listener: RequestListener): this {
    this.hosts.set(name, listener);
    return this;
  }

  /** @param impatience milliseconds after which one host is given up; others may take as long as a busy machine needs */
  network(impatience?: { host: string; stall: number }): Network {
    const { port } = this.server.address() as AddressInfo;
    const dispatcher = new Agent({
      connect: ({ hostname }, callback) => {
        if (!this.hosts.has(hostname)) {
          const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' });
          callback(error, null);
          return;
        }
        const socket = connect(port, '127.0.0.1');
        socket.once('connect', () => callback(null, socket)).once('error', (error) => callback(error, null));
      },
    });
    const patient = dispatcher.compose((dispatch) => (options, handler) => {
      const hurried = impatience && String(options.origin).endsWith(impatience.host);
      return dispatch(hurried ? options : { ...options, headersTimeout: 0, bodyTimeout: 0 }, handler);
    });
    return { dispatcher: patient, stall: impatience?.stall ?? 0, pause: 1, silent: new Set() };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const tagOf = (content: Uint8Array) => `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`;

/** Serves bytes as a good mirror does: ranges, a strong ETag and If-Range. */
export function serve(content: Uint8Array): RequestListener {
  const etag = tagOf(content);
  return (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const current = [undefined, etag].includes(request.headers['if-range'] as string | undefined);
    if (from === 0 || !current) {
      response.writeHead(200, { etag, 'content-length': content.length }).end(content);
    } else if (from >= content.length) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    } else {
      const rest = content.subarray(from);
      const range = `bytes ${from}-${content.length - 1}/${content.length}`;
      response.writeHead(206, { etag, 'content-length': rest.length, 'content-range': range }).end(rest);
    }
  };
}

/** A mirror that stops in the middle of its first answer, until it is cut off; then it is a good one. */
export class Broken {
  private stuck: ServerResponse | undefined;

  constructor(
    private readonly content: Uint8Array,
    private readonly after: number,
  ) {}

  readonly listener: RequestListener = (request: IncomingMessage, response: ServerResponse) => {
    if (this.stuck) {
      serve(this.content)(request, response);
      return;
    }
    this.stuck = response;
    response.writeHead(200, { etag: tagOf(this.content), 'content-length': this.content.length });
    response.write(this.content.subarray(0, this.after));
  };

  /** Closes the connection of the first answer. */
  cut(): void {
    this.stuck?.socket?.destroy();
  }
}

/** Pseudo-random bytes. */
export function noise(length: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 16);
}

/** A catalogue entry for some bytes at some mirrors. */
export function published(
  content: Uint8Array,
  urls: string[],
  more: Partial<PublishedFile> = {},
): PublishedFile {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { file: 'set/file.bin', bytes: content.length, sha256, urls, ...more };
}
