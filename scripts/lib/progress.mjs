/** What a long step says: one line with its time; on a terminal a running clock, else a sign of life each half minute. */
const seconds = (from) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

/** Prints steps to a stream. */
export class Progress {
  constructor(stream = process.stderr) {
    this.stream = stream;
  }

  /** One plain line. */
  line(text) {
    this.stream.write(`${text}\n`);
  }

  /**
   * Runs `action` under a title, then prints the title, the result and the time.
   * @template T
   * @param {string} title
   * @param {() => Promise<T>} action
   * @param {(result: T) => string} [describe]
   */
  async step(title, action, describe = () => 'done') {
    const began = performance.now();
    const stop = this.#showLife(title, began);
    try {
      const result = await action();
      stop();
      this.line(`${title}: ${describe(result)} (${seconds(began)})`);
      return result;
    } catch (error) {
      stop();
      this.line(`${title}: failed (${seconds(began)})`);
      throw error;
    }
  }

  #showLife(title, began) {
    const terminal = this.stream.isTTY;
    const wipe = '\r\u001b[K';
    const show = () =>
      this.stream.write(terminal ? `${wipe}${title} … ${seconds(began)}` : `${title} … ${seconds(began)}\n`);
    const timer = setInterval(show, terminal ? 200 : 30_000);
    return () => {
      clearInterval(timer);
      if (terminal) this.stream.write(wipe);
    };
  }
}
