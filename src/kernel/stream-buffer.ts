/** Text is held back this long, or until there is this much of it: a message each is dear. */
const DELAY_MS = 30;
const MAX_CHARACTERS = 65_536;

type Name = 'stdout' | 'stderr';

/** Gathers output text into `stream` messages. */
export class StreamBuffer {
  private pending: { name: Name; text: string } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly publish: (name: Name, text: string) => void) {}

  write(name: Name, text: string): void {
    if (this.pending && this.pending.name !== name) this.flush();
    if (this.pending) this.pending.text += text;
    else this.pending = { name, text };
    if (this.pending.text.length >= MAX_CHARACTERS) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), DELAY_MS);
  }

  /** Must be called before anything else is published, so that the order is kept. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pending) this.publish(this.pending.name, this.pending.text);
    this.pending = undefined;
  }
}
