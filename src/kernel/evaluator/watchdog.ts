/**
 * A thread of the evaluator that stays awake while its main thread is busy. It reads the control pipe: a line is the
 * number of a command to interrupt, the end of the pipe means that the kernel is gone.
 */
import { Session } from 'node:inspector';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { parentPort, workerData } from 'node:worker_threads';
import { endOwnGroup, interruptOwnGroup } from './group';
import { InterruptState } from './interrupt-state';
import { CONTROL_FD } from './messages';

/** How long the main thread has to take an interrupt before its script is terminated. */
const PATIENCE_MS = 100;

/** How often programs that a cell waits for are told again: one that was just being started has missed it. */
const PROGRAMS_MS = 500;

const state = new InterruptState(workerData as SharedArrayBuffer);
let timer: NodeJS.Timeout | undefined;
/** Whether the user has asked a second time: no computation is waited for then. */
let urgent = false;

const control = new Socket({ fd: CONTROL_FD, readable: true, writable: false });
createInterface({ input: control }).on('line', (line) => {
  urgent = !state.ask();
  interrupt(Number(line));
  interruptOwnGroup();
});
control.on('close', endOwnGroup);
control.on('error', () => undefined);

/** Tells the main thread, again and again until it has heard it. */
function interrupt(serial: number): void {
  parentPort!.postMessage(serial);
  clearTimeout(timer);
  timer = setTimeout(insist, PATIENCE_MS, serial);
}

function insist(serial: number): void {
  if (!urgent && state.isComputing()) {
    timer = setTimeout(insist, PATIENCE_MS, serial);
    return;
  }
  if (!state.beginTermination()) return;
  const programs = setInterval(interruptOwnGroup, PROGRAMS_MS);
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.terminateExecution', () => {
    clearInterval(programs);
    session.disconnect();
    state.endTermination();
    interrupt(serial);
  });
}
