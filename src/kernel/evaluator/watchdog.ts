/**
 * A thread of the evaluator that stays awake while its main thread is busy. It reads the control pipe:
 * a byte means "interrupt", the end of the pipe means that the kernel is gone.
 */
import { Session } from 'node:inspector';
import { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { endOwnGroup } from './group';
import { CONTROL_FD } from './messages';

/** How long the main thread has to answer before its script is terminated. */
const PATIENCE_MS = 100;

/** Number of interrupts that the main thread has handled. */
const handled = new Int32Array(workerData as SharedArrayBuffer);
let asked = 0;

const control = new Socket({ fd: CONTROL_FD, readable: true, writable: false });
control.on('data', () => {
  asked++;
  parentPort!.postMessage('interrupt');
  setTimeout(insist, PATIENCE_MS, asked);
});
control.on('close', endOwnGroup);
control.on('error', () => undefined);

/** Terminates what runs on the main thread, again and again until it has handled the interrupt. */
function insist(wanted: number): void {
  if (Atomics.load(handled, 0) >= wanted) return;
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.terminateExecution', () => {
    session.disconnect();
    setTimeout(insist, PATIENCE_MS, wanted);
  });
}
