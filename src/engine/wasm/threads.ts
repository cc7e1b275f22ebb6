import os from 'node:os';
import workerThreads from 'node:worker_threads';

/** XNNPACK's thread pool in the WASM build has room for this many. */
export const MAX_WASM_THREADS = 8;

/**
 * What each worker runs. The backend's own worker script and its main module come as Blobs, made for a
 * browser: Node's workers take no blob: URL, and the module's text refers to names of the bundle around it.
 * Messages are handled one at a time, in order, because reading a Blob is asynchronous.
 */
const bootstrap = `
const { parentPort, workerData } = require('node:worker_threads');
Object.assign(globalThis, {
  require, __filename, __dirname, commonjsGlobal: globalThis,
  require$$0: require('node:fs'), require$$1: require('node:path'),
  require$$3: require('node:perf_hooks'), require$$4: require('node:os'),
  __values: (iterable) => iterable[Symbol.iterator](),
  __read: (iterable, count) => (count === undefined ? [...iterable] : [...iterable].slice(0, count)),
  __spreadArray: (to, from) => to.concat([...from]),
});
const run = (0, eval);
let last = workerData.text().then((code) => {
  const { on } = parentPort;
  parentPort.on = () => parentPort; // this file delivers the messages
  run(code);
  parentPort.on = on;
});
parentPort.on('message', (data) => {
  last = last.then(async () => {
    if (data.urlOrBlob instanceof Blob) {
      const main = await data.urlOrBlob.text();
      globalThis.importScripts = () => run(main);
      data.urlOrBlob = 'main';
    }
    globalThis.onmessage({ data });
  });
});
`;

/** Workers that were started for the backend, and how to end them. */
export interface StartedWorkers {
  /** Let the process end while they sleep. */
  unref(): void;
  terminate(): void;
}

/**
 * Run `start`, which starts the threaded WASM backend, with what the backend expects of a browser put in
 * place: workers from blob: URLs, and a count of cores of which it takes half. All is put back afterwards.
 */
export async function withBrowserWorkers<T>(
  threads: number,
  start: (workers: StartedWorkers) => Promise<T>,
): Promise<T> {
  const original = {
    Worker: workerThreads.Worker,
    cpus: os.cpus,
    createObjectURL: Object.getOwnPropertyDescriptor(URL, 'createObjectURL')!,
    global: Object.getOwnPropertyDescriptor(globalThis, 'Worker'),
  };
  const { blobs, started } = patchWorkers(original.Worker);
  os.cpus = () => Array.from({ length: 2 * threads }, () => original.cpus()[0]);
  try {
    return await start({
      unref: () => started.forEach((worker) => worker.unref()),
      terminate: () => started.forEach((worker) => void worker.terminate()),
    });
  } finally {
    workerThreads.Worker = original.Worker;
    Object.defineProperty(URL, 'createObjectURL', original.createObjectURL);
    os.cpus = original.cpus;
    for (const url of blobs.keys()) URL.revokeObjectURL(url);
    // The backend's loader leaves Node's Worker class behind as a global, which other packages take for a browser.
    if (original.global) Object.defineProperty(globalThis, 'Worker', original.global);
    else delete (globalThis as { Worker?: unknown }).Worker;
  }
}

function patchWorkers(Worker: typeof workerThreads.Worker): {
  blobs: Map<string, Blob>;
  started: workerThreads.Worker[];
} {
  const blobs = new Map<string, Blob>();
  const started: workerThreads.Worker[] = [];
  const createObjectURL = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (blob) => {
    const url = createObjectURL(blob);
    blobs.set(url, blob);
    return url;
  };
  workerThreads.Worker = class extends Worker {
    constructor(script: string | URL, options?: workerThreads.WorkerOptions) {
      const blob = typeof script === 'string' ? blobs.get(script) : undefined;
      if (!blob) {
        super(script, options);
        return;
      }
      super(bootstrap, { eval: true, workerData: blob, execArgv: [] });
      started.push(this);
    }
  };
  return { blobs, started };
}
