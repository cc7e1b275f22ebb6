import type { EventEmitter } from 'node:events';
import path from 'node:path';
import vm from 'node:vm';
import type { Comms } from './comms';
import { format } from './format';
import { InterruptGuards, InterruptedError } from './interrupt';
import type { InterruptState } from './interrupt-state';
import type { Command, ErrorReport, MimeBundle, Outcome, RunCell } from './messages';
import type { Modules } from './modules';
import type { Output } from './output';
import type { Tracebacks } from './traceback';

type CellFunction = (
  scope: object,
  runtime: object,
  require: NodeJS.Require,
  filename: string,
  dirname: string,
) => Promise<{ value: unknown } | undefined>;

interface DisplayOptions {
  id?: string;
  update?: boolean;
}

/** Of fixed layout at first, so that V8 reads the notebook's variables through inline caches. */
class Scope {
  [name: string]: unknown;
}
Object.setPrototypeOf(Scope.prototype, null);

/** A command in progress. */
interface Task {
  serial: number;
  /** The cell's; a message to a comm has none. */
  file: string | undefined;
  /** The values of the names that the cell declares again. */
  before: Map<string, unknown>;
  /** Ends it with an error; absent once its outcome is known. */
  fail?: (error: unknown) => void;
}

/** Runs cells one at a time over one scope, hands messages to their comms, and tells how each ended. */
export class Evaluator {
  private readonly scope = new Scope();
  private readonly guards = new InterruptGuards(() => this.interrupts.isAsked());
  private readonly runtime: object;
  private task: Task | undefined;
  /** The number of the last command that has ended. */
  private finished = 0;
  /** Displays that are still being formatted. */
  private displays: Promise<void> | undefined;

  constructor(
    private readonly output: Output,
    private readonly modules: Modules,
    private readonly tracebacks: Tracebacks,
    private readonly comms: Comms,
    /** Libraries whose work goes on behind an `await` listen here to stop it. */
    private readonly listeners: EventEmitter,
    private readonly interrupts: InterruptState,
  ) {
    this.runtime = {
      importModule: (specifier: string) => modules.importModule(specifier),
      guard: (value: unknown) => this.guards.guard(value),
      guardIterable: (items: AsyncIterable<unknown>) => this.guards.guardIterable(items),
    };
  }

  /** Does what the kernel asks for and sends the `done` event. `serial` counts the commands. */
  async perform(serial: number, command: Command): Promise<void> {
    if (serial <= this.finished) return;
    const task: Task = { serial, file: undefined, before: new Map() };
    this.task = task;
    if (command.type === 'run') {
      this.tracebacks.add(command.file, command.source, command.sourceMap);
      Object.assign(task, { file: command.file, before: this.clear(command.names) });
    }
    const outcome = await this.settle(task, command);
    task.fail = undefined;
    const shown = await this.guards.guard(this.displays).then(
      () => outcome,
      (error: unknown) => ({ status: 'error', error: this.report(error) }) as const,
    );
    this.finish(serial, shown);
  }

  /** Stops what command `serial` waits for; one that has not come yet is not begun. */
  interrupt(serial: number): void {
    if (serial <= this.finished) return;
    const outcome = this.interrupted();
    if (this.task?.serial !== serial) {
      this.finish(serial, outcome);
      return;
    }
    this.displays = undefined;
    this.attempt(() => this.listeners.emit('interrupt'));
    this.guards.interrupt();
    this.task.fail?.(new InterruptedError());
    // A script that is terminated takes along what waited for its turn behind it, maybe `perform` itself.
    setImmediate(() => this.finish(serial, outcome));
  }

  /** An error that no one caught: it belongs to the cell whose code threw it. */
  uncaught(error: unknown): void {
    const file = this.tracebacks.origin(error);
    if (this.task?.fail && (file === undefined || file === this.task.file)) this.task.fail(error);
    else this.output.send({ type: 'lateError', file, error: this.tracebacks.report(error) });
  }

  /** Shows a value now; displays keep their order even where formatting takes time. */
  display(value: unknown, options: DisplayOptions = {}): void {
    const shown = this.attempt(() => format(value));
    if (shown instanceof Promise || this.displays) this.displayLater(Promise.resolve(shown), options);
    else this.show(shown, options);
  }

  private displayLater(shown: Promise<MimeBundle | undefined>, options: DisplayOptions): void {
    const before = this.displays;
    const formatted = shown.catch((error: unknown) => {
      this.complain(error);
      return undefined;
    });
    const mine: Promise<void> = Promise.all([formatted, before]).then(([data]) => {
      this.attempt(() => this.show(data, options));
      if (this.displays === mine) this.displays = undefined;
    });
    this.displays = mine;
  }

  private show(data: MimeBundle | undefined, options: DisplayOptions): void {
    if (data) this.output.send({ type: 'display', data, metadata: {}, ...options });
  }

  private attempt<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.complain(error);
      return undefined;
    }
  }

  private complain(error: unknown): void {
    process.stderr.write(`${this.tracebacks.report(error).traceback.join('\n')}\n`);
  }

  /** Takes the values away from the names that a cell declares again; the properties stay. */
  private clear(names: string[]): Map<string, unknown> {
    const before = new Map<string, unknown>();
    for (const name of names) {
      before.set(name, this.scope[name]);
      if (name in this.scope) this.scope[name] = undefined;
    }
    return before;
  }

  /** Gives back the values that a failed cell did not come to replace; returns those names. */
  private restore(before: ReadonlyMap<string, unknown>): string[] {
    const absent = [...before.keys()].filter((name) => this.scope[name] === undefined);
    for (const name of absent) if (name in this.scope) this.scope[name] = before.get(name);
    return absent;
  }

  private async settle(task: Task, command: Command): Promise<SettledOutcome> {
    try {
      const failed = new Promise<never>((_, reject) => {
        task.fail = reject;
      });
      const inOwnTurn = <T>(action: () => T | Promise<T>): Promise<T> =>
        Promise.race([this.inOwnTurn(task.serial, action), failed]);
      if (command.type !== 'run') {
        await inOwnTurn(() => this.comms.deliver(command));
        return { status: 'ok' };
      }
      const returned = await inOwnTurn(() => this.call(command));
      // Rejections that nobody handles are known only after the pending callbacks have run.
      await Promise.race([twoTurns(), failed]);
      if (returned?.value === undefined) return { status: 'ok' };
      return { status: 'ok', result: await inOwnTurn(() => format(returned.value)) };
    } catch (error) {
      return { status: 'error', error: this.report(error) };
    }
  }

  /** Runs code of the cell's in a turn of its own: terminating it must not take the evaluator's own code along. */
  private inOwnTurn<T>(serial: number, action: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        if (serial <= this.finished) return;
        try {
          resolve(action());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  private call(command: RunCell): ReturnType<CellFunction> {
    const { require } = this.modules;
    const cell = this.compile(command);
    return cell(this.scope, this.runtime, require, command.file, path.dirname(command.file));
  }

  private interrupted(): SettledOutcome {
    return { status: 'error', error: this.report(new InterruptedError()) };
  }

  /** Sends the `done` of command `serial`, once. */
  private finish(serial: number, settled: SettledOutcome): void {
    if (serial <= this.finished) return;
    // A program that the interrupt has ended makes the cell fail before the interrupt itself is taken.
    const outcome = settled.status === 'error' && this.interrupts.isAsked() ? this.interrupted() : settled;
    const begun = this.task?.serial === serial ? this.task : undefined;
    const restore = (): string[] | 'all' => (begun ? this.restore(begun.before) : 'all');
    const done: Outcome =
      outcome.status === 'ok' ? { ...outcome, absent: [] } : { ...outcome, absent: restore() };
    try {
      this.output.send({ type: 'done', serial, outcome: done });
    } catch (error) {
      // What a value makes of itself for display may be no JSON.
      const failure: Outcome = { status: 'error', error: this.report(error), absent: restore() };
      this.output.send({ type: 'done', serial, outcome: failure });
    }
    this.task = undefined;
    this.finished = serial;
  }

  private compile({ javascript, file }: RunCell): CellFunction {
    const script = new vm.Script(
      `(async function (__scope, __runtime, require, __filename, __dirname) {"use strict";\n${javascript}\n})`,
      {
        filename: file,
        lineOffset: -1,
        importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      },
    );
    return script.runInThisContext() as CellFunction;
  }

  private report(error: unknown): ErrorReport {
    try {
      return this.tracebacks.report(error);
    } catch {
      // A thrown object can have getters that throw.
      return { ename: 'Error', evalue: 'an error that cannot be shown', traceback: [] };
    }
  }
}

type SettledOutcome = { status: 'ok'; result?: MimeBundle } | { status: 'error'; error: ErrorReport };

async function twoTurns(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}
