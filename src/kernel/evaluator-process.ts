import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { CONTROL_FD, type Command, type Event, type Outcome } from './evaluator/messages';
import { Sequencer, type EvaluatorListener } from './sequencer';

const NODE_FLAGS = [
  // Lets the watchdog terminate scripts without Node's bookkeeping of async hooks giving up.
  '--no-force-async-hooks-checks',
  // `import()` in cells goes through a loader that Node still calls experimental.
  '--disable-warning=ExperimentalWarning',
];

/** How long the output of a child that has ended may take to be read. */
const LEFTOVERS_MS = 1000;

/** The evaluator as the kernel sees it: one child process, replaced by a new one if it dies. */
export class EvaluatorProcess {
  private child!: ChildProcess;
  /** The number of the command that runs, or ran last. */
  private serial = 0;
  private settle: ((outcome: Outcome) => void) | undefined;
  private interrupted = false;
  private awaitingInput = false;
  /** Resolves when the current child is gone. */
  private exited: Promise<void> = Promise.resolve();
  private closing = false;

  constructor(
    private readonly directory: string,
    private readonly packageRoot: string,
    private readonly listener: EvaluatorListener,
  ) {
    this.start();
  }

  /** Runs a cell or delivers a message. If the process ends meanwhile the outcome says so, and a fresh one stands ready. */
  perform(command: Command): Promise<Outcome> {
    return new Promise((resolve) => {
      this.interrupted = false;
      this.settle = (outcome) => {
        this.settle = undefined;
        resolve(outcome);
      };
      this.child.send({ serial: ++this.serial, command });
    });
  }

  /** Interrupts the running cell, whatever it does. */
  interrupt(): void {
    if (!this.settle) return;
    this.interrupted = true;
    if (this.awaitingInput) this.answer({ interrupted: true });
    else (this.child.stdio[CONTROL_FD] as Writable).write(`${this.serial}\n`);
  }

  /** Hands over the answer to an `input` event. */
  reply(value: string): void {
    if (this.awaitingInput) this.answer({ value });
  }

  async close(): Promise<void> {
    this.closing = true;
    endGroup(this.child);
    await this.exited;
  }

  private answer(answer: { value: string } | { interrupted: true }): void {
    this.awaitingInput = false;
    this.child.stdin!.write(`${JSON.stringify(answer)}\n`);
  }

  private start(): void {
    const nonce = randomBytes(12).toString('hex');
    const main = path.join(__dirname, 'evaluator', 'main.js');
    const child = (this.child = spawn(process.execPath, [...NODE_FLAGS, main, nonce, this.packageRoot], {
      cwd: this.directory,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'ipc'],
      detached: true,
      // Carries bytes as they are.
      serialization: 'advanced',
    }));
    const sequencer = new Sequencer(nonce, child, this.listener, (event) => {
      this.receive(event);
    });
    for (const stream of child.stdio) stream?.on('error', () => undefined);
    child.on('error', () => undefined);
    // What cells have started must not outlive them, nor hold the pipes open, as a daemon does that left the group.
    child.on('exit', () => {
      endGroup(child);
      const letGo = (): void => child.stdio.forEach((stream) => stream?.destroy());
      setTimeout(() => setImmediate(letGo), LEFTOVERS_MS).unref();
    });
    this.exited = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        sequencer.flush();
        this.ended(code, signal);
        resolve();
      });
    });
  }

  private receive(event: Event): void {
    if (event.type === 'done') {
      if (event.serial === this.serial) this.settle?.(event.outcome);
    } else if (event.type === 'stderr') this.listener.text('stderr', event.text);
    else if (event.type === 'input' && this.interrupted) this.answer({ interrupted: true });
    else {
      if (event.type === 'input') this.awaitingInput = true;
      this.listener.event(event);
    }
  }

  private ended(code: number | null, signal: NodeJS.Signals | null): void {
    this.awaitingInput = false;
    if (this.closing) return;
    this.start();
    const how = signal ? `signal ${signal}` : `exit code ${code}`;
    const why =
      code === 134 || signal === 'SIGABRT' || signal === 'SIGKILL' ? ', perhaps for want of memory' : '';
    const evalue = `the process that runs the cells ended (${how}${why}). Its variables are lost; the next cell starts afresh`;
    const error = { ename: 'ProcessEnded', evalue, traceback: [`ProcessEnded: ${evalue}`] };
    if (this.settle) this.settle({ status: 'error', error, absent: 'all' });
    else this.listener.text('stderr', `ProcessEnded: ${evalue}\n`);
    this.listener.restarted();
  }
}

/** Ends the evaluator and every process of its group. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
