/**
 * What the evaluator's main thread and its watchdog agree on, in shared memory. A script that is terminated loses
 * the callback in which it runs, whosever it is; so no termination may begin once the main thread has the interrupt
 * in hand.
 */
const NONE = 0;
const ASKED = 1;
const TERMINATING = 2;

export class InterruptState {
  /** How many computations go on that should not be cut half-way: the libraries' own count. */
  readonly computing: Int32Array;
  private readonly state: Int32Array;

  constructor(readonly memory = new SharedArrayBuffer(8)) {
    this.state = new Int32Array(memory, 0, 1);
    this.computing = new Int32Array(memory, 4, 1);
  }

  /** The watchdog: an interrupt is on its way to the main thread. Tells whether it is the first that waits. */
  ask(): boolean {
    return Atomics.compareExchange(this.state, 0, NONE, ASKED) === NONE;
  }

  /** The watchdog: whether a computation goes on that should come to its end first. */
  isComputing(): boolean {
    return Atomics.load(this.computing, 0) > 0;
  }

  /** The watchdog: whether the main thread has let the interrupt wait; it must then be terminated. */
  beginTermination(): boolean {
    return Atomics.compareExchange(this.state, 0, ASKED, TERMINATING) === ASKED;
  }

  /** The watchdog: something was terminated, perhaps the callback that took the interrupt. It is to be sent again. */
  endTermination(): void {
    Atomics.store(this.state, 0, ASKED);
  }

  /** The main thread: whether an interrupt has come that it has not taken yet. */
  isAsked(): boolean {
    return Atomics.load(this.state, 0) !== NONE;
  }

  /** The main thread takes the interrupt. A termination that is under way hits this loop and nothing else. */
  take(): void {
    while (Atomics.compareExchange(this.state, 0, ASKED, NONE) === TERMINATING);
  }
}
