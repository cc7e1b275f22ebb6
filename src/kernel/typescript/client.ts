import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TypeScriptServices } from './services';

export interface Call {
  id: number;
  method: keyof TypeScriptServices;
  args: unknown[];
}

export interface Answer {
  id: number;
  value?: unknown;
  error?: string;
}

/** TypeScript itself failed, which is never the cell's fault. */
export class TypeScriptCrash extends Error {
  override readonly name = 'TypeScriptCrash';
}

type Method = keyof TypeScriptServices;
type Arguments<M extends Method> = Parameters<TypeScriptServices[M]>;
type Result<M extends Method> = ReturnType<TypeScriptServices[M]>;

/** Asks the compiler's thread, so that the kernel answers its clients while the compiler loads or works. */
export class TypeScriptClient {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private serial = 0;
  /** Why the thread has ended; it is not started again, for it knows what the cells have declared. */
  private failure: string | undefined;

  constructor(directory: string, packageRoot: string) {
    this.worker = new Worker(path.join(__dirname, 'thread.js'), {
      workerData: { directory, packageRoot },
      // The compiler makes many small objects that live long: fewer, larger collections are a fifth of its start.
      resourceLimits: { maxYoungGenerationSizeMb: 128 },
    });
    this.worker.on('message', (answer: Answer) => {
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    });
    this.worker.on('error', (error: Error) => {
      this.failure = `${error.message}; restart the kernel`;
      for (const [id, settle] of this.waiting) settle({ id, error: this.failure });
      this.waiting.clear();
    });
    this.worker.unref();
  }

  /** Calls `method` of {@link TypeScriptServices} over there. */
  ask<M extends Method>(method: M, ...args: Arguments<M>): Promise<Result<M>> {
    return new Promise((resolve, reject) => {
      const id = ++this.serial;
      const settle = ({ value, error }: Answer): void => {
        if (error === undefined) resolve(value as Result<M>);
        else reject(new TypeScriptCrash(`the TypeScript compiler failed: ${error}`));
      };
      if (this.failure === undefined) {
        this.waiting.set(id, settle);
        this.worker.postMessage({ id, method, args } satisfies Call);
      } else settle({ id, error: this.failure });
    });
  }

  /** The same without waiting: the thread takes its calls in order, so a later one sees the effect. */
  tell<M extends Method>(method: M, ...args: Arguments<M>): void {
    this.ask(method, ...args).catch((error: unknown) => {
      process.stderr.write(`convlab kernel: ${String(error)}\n`);
    });
  }
}
