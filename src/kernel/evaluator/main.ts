/** The process in which cells run. It is started by the kernel (`evaluator-process.ts`), never by hand. */
import { EventEmitter } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { Evaluator } from './evaluator';
import { endOwnGroup } from './group';
import { Input } from './input';
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
const evaluator = new Evaluator(output, modules, tracebacks, interrupts);

const interruptsHandled = new Int32Array(new SharedArrayBuffer(4));
const watchdog = new Worker(path.join(__dirname, 'watchdog.js'), { workerData: interruptsHandled.buffer });
watchdog.on('message', () => {
  Atomics.add(interruptsHandled, 0, 1);
  evaluator.interrupt();
});
watchdog.unref();

process.on('uncaughtException', (error) => {
  evaluator.uncaught(error);
});
process.on('unhandledRejection', (reason) => {
  evaluator.uncaught(reason);
});
process.on('disconnect', endOwnGroup);
process.on('message', (command: Command) => {
  input.allowed = command.allowInput;
  void evaluator.run(command);
});

const globals = globalThis as unknown as Record<symbol, unknown>;
globals[Symbol.for('convlab.display')] = (value: unknown, options?: { id?: string; update?: boolean }) => {
  evaluator.display(value, options);
};
globals[Symbol.for('convlab.interrupts')] = interrupts;
globals[Symbol.for('convlab.clearOutput')] = (wait = false) => {
  output.send({ type: 'clear', wait });
};
