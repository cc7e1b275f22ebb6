import type { EventEmitter } from 'node:events';
import path from 'node:path';
import vm from 'node:vm';
import { format } from './format';
import { InterruptGuards, InterruptedError } from './interrupt';
import type { Command, ErrorReport, Outcome } from './messages';
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

/** Runs cells one at a time over one scope, and tells how each ended. */
export class Evaluator {
  private readonly scope = new Scope();
  private readonly guards = new InterruptGuards();
  private readonly runtime: object;
  private current: { file: string; fail: (error: unknown) => void } | undefined;
  /** Displays that are still being formatted. */
  private displays = Promise.resolve();
  private pendingDisplays = 0;

  constructor(
    private readonly output: Output,
    private readonly modules: Modules,
    private readonly tracebacks: Tracebacks,
    /** Libraries whose work goes on behind an `await` listen here to stop it. */
    private readonly listeners: EventEmitter,
  ) {
    this.runtime = {
      importModule: (specifier: string) => modules.importModule(specifier),
      guard: (value: unknown) => this.guards.guard(value),
      guardIterable: (items: AsyncIterable<unknown>) => this.guards.guardIterable(items),
    };
  }

  /** Runs a cell and sends its `done` event. */
  async run(command: Command): Promise<void> {
    this.tracebacks.add(command.file, command.source, command.sourceMap);
    const before = this.clear(command.names);
    const outcome = await this.settle(command);
    this.current = undefined;
    const absent = outcome.status === 'error' ? this.restore(before) : [];
    await this.displays;
    this.output.send({ type: 'done', outcome: { ...outcome, absent } });
  }

  /** Stops what the current cell waits for. */
  interrupt(): void {
    this.listeners.emit('interrupt');
    this.guards.interrupt();
    this.current?.fail(new InterruptedError());
  }

  /** An error that no one caught: it belongs to the cell whose code threw it. */
  uncaught(error: unknown): void {
    const file = this.tracebacks.origin(error);
    if (this.current && (file === undefined || file === this.current.file)) this.current.fail(error);
    else this.output.send({ type: 'lateError', file, error: this.tracebacks.report(error) });
  }

  /** Shows a value now; displays keep their order even where formatting takes time. */
  display(value: unknown, options: DisplayOptions = {}): void {
    const shown = this.attempt(() => format(value));
    if (!(shown instanceof Promise) && this.pendingDisplays === 0) {
      if (shown) this.output.send({ type: 'display', data: shown, metadata: {}, ...options });
      return;
    }
    this.pendingDisplays++;
    this.displays = this.displays.then(async () => {
      try {
        const data = await shown;
        if (data) this.output.send({ type: 'display', data, metadata: {}, ...options });
      } catch (error) {
        this.complain(error);
      }
      this.pendingDisplays--;
    });
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

  private async settle(command: Command): Promise<SettledOutcome> {
    try {
      const failed = new Promise<never>((_, reject) => {
        this.current = { file: command.file, fail: reject };
      });
      const returned = await Promise.race([this.call(command), failed]);
      // Rejections that nobody handles are known only after the pending callbacks have run.
      await Promise.race([twoTurns(), failed]);
      if (returned?.value === undefined) return { status: 'ok' };
      return { status: 'ok', result: await Promise.race([format(returned.value), failed]) };
    } catch (error) {
      return { status: 'error', error: this.report(error) };
    }
  }

  /** Starts the cell in a turn of its own: terminating it must not take the evaluator's own code along. */
  private call(command: Command): ReturnType<CellFunction> {
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        try {
          const { require } = this.modules;
          const folder = path.dirname(command.file);
          const cell = this.compile(command);
          cell(this.scope, this.runtime, require, command.file, folder).then(resolve, reject);
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  private compile({ javascript, file }: Command): CellFunction {
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

type SettledOutcome =
  | { status: 'ok'; result?: Extract<Outcome, { status: 'ok' }>['result'] }
  | { status: 'error'; error: ErrorReport };

async function twoTurns(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}
