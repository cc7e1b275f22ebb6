import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PictureError } from '../../image/errors';
import type { Pixels } from '../../image/resize';
import { DataError } from '../errors';
import type { PictureTask } from './task';

export interface Call {
  id: number;
  task: PictureTask;
  /** One number shared by the threads; when it is not 0, the call is not worth doing any more. */
  cancelled?: Int32Array | undefined;
}

/** `pixels`, or a {@link PictureError}'s parts as `problem`, or neither when the call was cancelled. */
export interface Answer {
  id: number;
  pixels?: Pixels;
  problem?: [where: string, expected: string, found: string, hint: string];
}

/** The caller does not want the picture any more. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

interface Waiting {
  call: Call;
  resolve(pixels: Pixels): void;
  reject(error: unknown): void;
}

/** Threads with nothing to do are ended after this time. */
const IDLE_MS = 10_000;

/**
 * Threads that decode pictures. They start with the first calls, never keep the process alive by themselves, and end
 * when nothing was asked for a while. Calls go to a thread at once, where they queue, so that the threads work on
 * while the main one is inside a long training step; pools that hand out one call at a time (piscina's) stand still.
 */
export class WorkerPool {
  private readonly threads = new Set<Thread>();

  constructor(
    private readonly script = compiled('worker'),
    private readonly size = Math.min(4, availableParallelism()),
  ) {}

  /** How many threads there are now. */
  get count(): number {
    return this.threads.size;
  }

  /**
   * @throws PictureError when the picture cannot be had, or its thread dies of it
   * @throws Cancelled when `cancelled` was set before its turn
   */
  run(task: PictureTask, cancelled?: Int32Array): Promise<Pixels> {
    return new Promise((resolve, reject) => {
      this.assign({ call: { id: 0, task, cancelled }, resolve, reject });
    });
  }

  /** To the thread with the fewest calls, or to a new one while all are busy. */
  private assign(waiting: Waiting): void {
    const [least] = [...this.threads].sort((a, b) => a.load - b.load);
    const isNewNeeded = this.threads.size === 0 || (least.load > 0 && this.threads.size < this.size);
    (isNewNeeded ? this.start() : least).take(waiting);
  }

  private start(): Thread {
    const leave = () => void this.threads.delete(thread);
    const thread = new Thread(this.script, leave, (unfinished, reason) => {
      leave();
      for (const [i, waiting] of unfinished.entries()) {
        if (i === 0) waiting.reject(crash(waiting.call.task, reason));
        else this.assign(waiting);
      }
    });
    this.threads.add(thread);
    return thread;
  }
}

function crash(task: PictureTask, reason: string): PictureError {
  const name = 'affine' in task ? task.name : task.source.name;
  return new PictureError(name, 'a picture that can be decoded', `that its thread ended (${reason})`);
}

/** One thread and what it has to do, in order. */
class Thread {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private serial = 0;
  private idle: NodeJS.Timeout | undefined;
  private reason = '';

  /**
   * @param onIdle it is about to end, so give it nothing more
   * @param onEnd it ended, and what of its work is unfinished, the one that it was at first
   */
  constructor(
    script: string,
    private readonly onIdle: () => void,
    onEnd: (unfinished: Waiting[], reason: string) => void,
  ) {
    this.worker = new Worker(script, { execArgv: [] });
    this.worker.unref();
    this.worker.on('message', (answer: Answer) => this.settle(answer));
    this.worker.on('error', (error) => (this.reason = error.message));
    this.worker.on('exit', (code) => {
      clearTimeout(this.idle);
      onEnd([...this.waiting.values()], this.reason || `exit code ${code}`);
    });
  }

  /** Calls in hand and in the queue. */
  get load(): number {
    return this.waiting.size;
  }

  take(waiting: Waiting): void {
    clearTimeout(this.idle);
    if (this.waiting.size === 0) this.worker.ref();
    const id = ++this.serial;
    this.waiting.set(id, waiting);
    this.worker.postMessage({ ...waiting.call, id } satisfies Call);
  }

  private settle({ id, pixels, problem }: Answer): void {
    const waiting = this.waiting.get(id)!;
    this.waiting.delete(id);
    if (this.waiting.size === 0) this.rest();
    if (pixels) waiting.resolve(pixels);
    else waiting.reject(problem ? new PictureError(...problem) : new Cancelled());
  }

  private rest(): void {
    this.worker.unref();
    this.idle = setTimeout(() => {
      this.onIdle();
      void this.worker.terminate();
    }, IDLE_MS).unref();
  }
}

/** A module beside this one as JavaScript, which is what threads run: from the TypeScript sources, that in dist/. */
function compiled(name: string): string {
  const isSource = __filename.endsWith('.ts');
  const folder = isSource ? join(__dirname, '..', '..', '..', 'dist', 'data', 'folder') : __dirname;
  return join(folder, `${name}.js`);
}

let shared: WorkerPool | undefined;

/**
 * The pool of the process.
 *
 * @throws DataError when the project was not built
 */
export function sharedPool(): WorkerPool {
  if (!shared && !existsSync(compiled('worker'))) {
    throw new DataError(
      'Pictures are decoded in threads, which run compiled code, and there is none. Run npm run build.',
    );
  }
  return (shared ??= new WorkerPool());
}
