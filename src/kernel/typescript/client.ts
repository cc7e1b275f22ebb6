import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { TypeScriptServices } from './services';
import { NODE_OPTIONS, snapshotPath } from './snapshot';

const COMPILER = path.join(__dirname, 'compiler.js');

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

interface Waiting {
  call: Call;
  settle: (answer: Answer) => void;
}

/** Asks the compiler's process, so that the kernel answers its clients while the compiler loads or works. */
export class TypeScriptClient {
  private child!: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private serial = 0;
  private hasAnswered = false;
  /** Why the process has ended; it is not started again, for it knows what the cells have declared. */
  private failure: string | undefined;

  /** @param snapshot the file to start from; where it is missing or unfit, the compiler loads as any program does */
  constructor(
    private readonly directory: string,
    private readonly packageRoot: string,
    snapshot = snapshotPath(),
  ) {
    if (existsSync(snapshot)) this.start(['--snapshot-blob', snapshot], () => this.start([COMPILER]));
    else this.start([COMPILER]);
  }

  /** Calls `method` of {@link TypeScriptServices} over there. */
  ask<M extends Method>(method: M, ...args: Arguments<M>): Promise<Result<M>> {
    return new Promise((resolve, reject) => {
      const call: Call = { id: ++this.serial, method, args };
      const settle = ({ value, error }: Answer): void => {
        if (error === undefined) resolve(value as Result<M>);
        else reject(new TypeScriptCrash(`the TypeScript compiler failed: ${error}`));
      };
      if (this.failure === undefined) {
        this.waiting.set(call.id, { call, settle });
        this.send(call);
      } else settle({ id: call.id, error: this.failure });
    });
  }

  /** The same without waiting: the process takes its calls in order, so a later one sees the effect. */
  tell<M extends Method>(method: M, ...args: Arguments<M>): void {
    this.ask(method, ...args).catch((error: unknown) => {
      process.stderr.write(`convlab kernel: ${String(error)}\n`);
    });
  }

  close(): void {
    this.failure ??= 'the kernel is shutting down';
    this.child.kill('SIGKILL');
  }

  /** @param instead what to do if the process ends before it has answered anything */
  private start(program: string[], instead?: () => void): void {
    const args = [...NODE_OPTIONS, ...program, this.directory, this.packageRoot];
    const child = (this.child = spawn(process.execPath, args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // An interrupt from the terminal is for the cell.
      detached: true,
    }));
    child.on('message', (answer: Answer) => {
      this.hasAnswered = true;
      this.waiting.get(answer.id)?.settle(answer);
      this.waiting.delete(answer.id);
    });
    const ended = (how: string): void => {
      if (this.failure === undefined && !this.hasAnswered && instead) instead();
      else this.fail(how);
    };
    child.once('error', (error) => ended(error.message));
    child.once('exit', (code, signal) => ended(signal ? `signal ${signal}` : `exit code ${code}`));
    for (const { call } of this.waiting.values()) this.send(call);
  }

  /** What cannot be sent any more is settled when the end of the process is known. */
  private send(call: Call): void {
    this.child.send(call, () => undefined);
  }

  private fail(how: string): void {
    this.failure ??= `its process ended (${how}); restart the kernel`;
    for (const [id, { settle }] of this.waiting) settle({ id, error: this.failure });
    this.waiting.clear();
  }
}
