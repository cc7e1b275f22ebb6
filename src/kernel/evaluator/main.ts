/** The process in which cells run. It is started by the kernel (`evaluator-process.ts`), never by hand. */
import { EventEmitter } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { Comms } from './comms';
import { Evaluator } from './evaluator';
import { endOwnGroup } from './group';
import { Input } from './input';
import { InterruptState } from './interrupt-state';
import type { Command, MimeBundle } from './messages';
import { Modules } from './modules';
import { Output } from './output';
import { Tracebacks } from './traceback';

const [nonce, packageRoot] = process.argv.slice(2) as [string, string];
const directory = process.cwd();

const output = new Output(nonce);
output.takeOverStandardStreams();
const input = new Input(output);
input.install();
const tracebacks = new Tracebacks();

/** What tslab's public `display` API hands over. */
interface TslabContent {
  data: MimeBundle;
  metadata: Record<string, unknown>;
  transient?: { display_id?: string };
}
const showTslab = ({ data, metadata, transient }: TslabContent, update?: boolean): void => {
  output.send({ type: 'display', data, metadata, id: transient?.display_id, update });
};

const modules = new Modules(directory, packageRoot, tracebacks, showTslab);
const interrupts = new EventEmitter();
const comms = new Comms(output);
const state = new InterruptState();
const evaluator = new Evaluator(output, modules, tracebacks, comms, interrupts, state);

// The watchdog sends it to the whole group, for the programs that a cell waits for.
process.on('SIGINT', () => undefined);
const watchdog = new Worker(path.join(__dirname, 'watchdog.js'), { workerData: state.memory });
watchdog.on('message', (serial: number) => {
  state.take();
  evaluator.interrupt(serial);
});
watchdog.unref();

process.on('uncaughtException', (error) => {
  evaluator.uncaught(error);
});
process.on('unhandledRejection', (reason) => {
  evaluator.uncaught(reason);
});
process.on('disconnect', endOwnGroup);
process.on('message', ({ serial, command }: { serial: number; command: Command }) => {
  input.allowed = command.type === 'run' && command.allowInput;
  if (command.type === 'run') comms.attended = command.allowInput;
  void evaluator.perform(serial, command);
});

const globals = globalThis as unknown as Record<symbol, unknown>;
globals[Symbol.for('convlab.display')] = (value: unknown, options?: { id?: string; update?: boolean }) => {
  evaluator.display(value, options);
};
globals[Symbol.for('convlab.interrupts')] = interrupts;
globals[Symbol.for('convlab.computing')] = state.computing;
globals[Symbol.for('convlab.comms')] = comms;
globals[Symbol.for('convlab.clearOutput')] = (wait = false) => {
  output.send({ type: 'clear', wait });
};
