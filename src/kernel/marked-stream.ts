import { StringDecoder } from 'node:string_decoder';

/**
 * Splits the bytes of an output pipe into text and marks (see `evaluator/messages.ts`).
 * Text is handed on as soon as it cannot be the beginning of a mark.
 */
export class MarkedStream {
  private readonly prefix: Buffer;
  private readonly decoder = new StringDecoder('utf8');
  private rest: Buffer = Buffer.alloc(0);

  constructor(
    nonce: string,
    private readonly onText: (text: string) => void,
    private readonly onMark: (sequence: number) => void,
  ) {
    this.prefix = Buffer.from(`\x1e${nonce}:`);
  }

  push(chunk: Buffer): void {
    let bytes = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    for (;;) {
      const at = bytes.indexOf(this.prefix);
      if (at < 0) break;
      const end = bytes.indexOf(0x1f, at);
      this.text(bytes.subarray(0, at));
      if (end < 0) {
        this.rest = bytes.subarray(at);
        return;
      }
      this.onMark(Number(bytes.toString('latin1', at + this.prefix.length, end)));
      bytes = bytes.subarray(end + 1);
    }
    const kept = this.partialPrefix(bytes);
    this.text(bytes.subarray(0, bytes.length - kept));
    this.rest = Buffer.from(bytes.subarray(bytes.length - kept));
  }

  /** How many bytes at the end may be the beginning of a mark. */
  private partialPrefix(bytes: Buffer): number {
    const at = bytes.lastIndexOf(0x1e);
    if (at < 0) return 0;
    const tail = bytes.subarray(at);
    return tail.length < this.prefix.length && this.prefix.subarray(0, tail.length).equals(tail)
      ? tail.length
      : 0;
  }

  private text(bytes: Buffer): void {
    const text = this.decoder.write(bytes);
    if (text) this.onText(text);
  }
}
