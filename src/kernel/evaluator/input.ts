import { readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { InterruptedError } from './interrupt';
import type { Output } from './output';

/** Thrown when a cell asks for input of a client that has no one to ask. */
export class InputNotAllowedError extends Error {
  override readonly name = 'InputNotAllowedError';

  constructor() {
    super(
      'this notebook runs without a person to ask (allow_stdin is off): pass values by environment variable instead',
    );
  }
}

/** One answer of the client, a line of JSON on file descriptor 0. */
interface Answer {
  value?: string;
  interrupted?: boolean;
}

/** Questions to the person at the notebook: `prompt()` as in the browser, and lines on `process.stdin`. */
export class Input {
  allowed = false;

  constructor(private readonly output: Output) {}

  /** Puts `prompt` on the global object and a line reader in the place of `process.stdin`. */
  install(): void {
    Object.assign(globalThis, { prompt: (question = ''): string => this.ask(question, false) });
    const stdin = new QuestionStream(() => `${this.ask('', false)}\n`);
    Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
  }

  private ask(prompt: string, password: boolean): string {
    if (!this.allowed) throw new InputNotAllowedError();
    this.output.send({ type: 'input', prompt, password });
    const answer = JSON.parse(readLine(0) || '{"interrupted":true}') as Answer;
    if (answer.interrupted) throw new InterruptedError();
    return answer.value ?? '';
  }
}

/** Long enough for a reader that has its line to say that it wants no more. */
const READ_AHEAD_MS = 50;

/** `process.stdin`: asks for a line when someone reads, and only while someone does. */
class QuestionStream extends Readable {
  readonly fd = 0;
  readonly isTTY = false;
  private wanted = false;

  constructor(private readonly ask: () => string) {
    super({ highWaterMark: 1 });
    this.on('resume', () => {
      this.askLater();
    });
  }

  override _read(): void {
    this.wanted = true;
    this.askLater();
  }

  private askLater(): void {
    setTimeout(() => {
      if (!this.wanted || this.isPaused()) return;
      this.wanted = false;
      try {
        this.push(this.ask());
      } catch (error) {
        this.destroy(error as Error);
      }
    }, READ_AHEAD_MS);
  }
}

/** Reads one line, however long it takes. */
function readLine(fd: number): string {
  const chunks: Buffer[] = [];
  const byte = Buffer.alloc(1);
  for (;;) {
    if (readSync(fd, byte, 0, 1, null) === 0 || byte[0] === 0x0a) return Buffer.concat(chunks).toString();
    chunks.push(Buffer.from(byte));
  }
}
