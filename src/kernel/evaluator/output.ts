import { writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { EVENTS_FD, mark, type Event } from './messages';

/**
 * The evaluator's way out. Everything is written at once and in full: a loop that never yields still shows its
 * output, and nothing is lost when the process dies. Each write may be its last words: a script that is interrupted
 * is terminated anywhere, in here too, and what comes after must not suffer from it.
 */
export class Output {
  private sequence = 0;
  /** Whether the last line of events may lack its end. */
  private torn = false;

  constructor(private readonly nonce: string) {}

  /** Sends an event, in its place between the texts written before and after it. */
  send(event: Event): void {
    const sequence = ++this.sequence;
    const line = `${JSON.stringify({ sequence, event })}\n`;
    if (this.torn) writeFully(EVENTS_FD, '\n');
    this.torn = true;
    writeFully(EVENTS_FD, line);
    this.torn = false;
    writeFully(1, mark(this.nonce, sequence));
    if (event.type === 'done') writeFully(2, mark(this.nonce, sequence));
  }

  /** Puts `process.stdout` and `process.stderr` on this output. */
  takeOverStandardStreams(): void {
    const stdout = new SyncStream(1, (text) => {
      writeFully(1, text);
    });
    const stderr = new SyncStream(2, (text) => {
      this.send({ type: 'stderr', text: text.toString() });
    });
    Object.defineProperty(process, 'stdout', { value: stdout, configurable: true, enumerable: true });
    Object.defineProperty(process, 'stderr', { value: stderr, configurable: true, enumerable: true });
  }
}

type Done = (error?: Error | null) => void;

/** Without the state of a `Writable`, which would take a write that was terminated for one that is going on. */
class SyncStream extends Writable {
  readonly isTTY = false;

  constructor(
    readonly fd: number,
    private readonly put: (text: Uint8Array) => void,
  ) {
    super({ decodeStrings: true });
  }

  override write(chunk: unknown, encoding?: BufferEncoding | Done, done?: Done): boolean {
    const callback = typeof encoding === 'function' ? encoding : done;
    const bytes =
      typeof chunk === 'string'
        ? Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8')
        : (chunk as Uint8Array);
    this.put(bytes);
    if (callback) process.nextTick(callback);
    return true;
  }

  override _write(chunk: Buffer, _encoding: string, done: Done): void {
    this.put(chunk);
    done();
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4));

/** Writes all of `data`, waiting where the pipe is full. */
export function writeFully(fd: number, data: string | Uint8Array): void {
  let bytes = typeof data === 'string' ? Buffer.from(data) : data;
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}
