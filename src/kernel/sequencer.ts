import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { EVENTS_FD, type Event } from './evaluator/messages';
import { MarkedStream } from './marked-stream';

/** What an evaluator tells while it lives; texts and events come in the order in which they were produced. */
export interface EvaluatorListener {
  text(name: 'stdout' | 'stderr', text: string): void;
  event(event: Exclude<Event, { type: 'done' | 'stderr' }>): void;
  /** A new process has replaced a dead one: the variables are gone. */
  restarted(): void;
}

/** How long to wait for the rest of file descriptor 2 when a cell is done. */
const STDERR_PATIENCE_MS = 1000;

type Item = { text: string; name: 'stdout' | 'stderr' } | { sequence: number };

/** Puts the texts of a child's pipes and its events into one order (see `evaluator/messages.ts`). */
export class Sequencer {
  private readonly queue: Item[] = [];
  private readonly events = new Map<number, Event>();
  private stderrMark = 0;
  private doneTimer: NodeJS.Timeout | undefined;

  constructor(
    nonce: string,
    child: ChildProcess,
    private readonly listener: EvaluatorListener,
    private readonly receive: (event: Event) => void,
  ) {
    const out = new MarkedStream(
      nonce,
      (text) => this.push({ text, name: 'stdout' }),
      (sequence) => this.push({ sequence }),
    );
    const err = new MarkedStream(
      nonce,
      (text) => {
        listener.text('stderr', text);
      },
      (sequence) => {
        this.stderrMark = sequence;
        this.drain();
      },
    );
    child.stdout!.on('data', (chunk: Buffer) => {
      out.push(chunk);
    });
    child.stderr!.on('data', (chunk: Buffer) => {
      err.push(chunk);
    });
    createInterface({ input: child.stdio[EVENTS_FD] as Readable }).on('line', (line) => {
      const told = parsed(line);
      if (told) this.events.set(told.sequence, told.event);
      this.drain();
    });
  }

  /** Hands out what is left when the child is gone. */
  flush(): void {
    this.stderrMark = Infinity;
    this.drain();
  }

  private push(item: Item): void {
    this.queue.push(item);
    this.drain();
  }

  private drain(): void {
    for (let item = this.queue.at(0); item; item = this.queue.at(0)) {
      if ('text' in item) {
        this.queue.shift();
        this.listener.text(item.name, item.text);
      } else {
        const event = this.events.get(item.sequence);
        if (!event || !this.isDue(event, item.sequence)) return;
        this.queue.shift();
        this.events.delete(item.sequence);
        this.receive(event);
      }
    }
  }

  /** A `done` waits until all that was written to file descriptor 2 before it has come in. */
  private isDue(event: Event, sequence: number): boolean {
    if (event.type !== 'done' || this.stderrMark >= sequence) {
      clearTimeout(this.doneTimer);
      this.doneTimer = undefined;
      return true;
    }
    this.doneTimer ??= setTimeout(() => {
      this.stderrMark = sequence;
      this.drain();
    }, STDERR_PATIENCE_MS);
    return false;
  }
}

/** A line of events; undefined if its writer was terminated before its end. */
function parsed(line: string): { sequence: number; event: Event } | undefined {
  try {
    return JSON.parse(line) as { sequence: number; event: Event };
  } catch {
    return undefined;
  }
}
