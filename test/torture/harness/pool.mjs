/** Runs the cases of a target in processes of their own, and sees what happens to them. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cpuSeconds, descendantsOf, residentBytes } from './processes.mjs';
import { environment, makeSandbox } from './sandbox.mjs';

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));

/** A process gets so many cases, then a new one takes over. */
const SHARE = 2000;

/** Seconds of processor time, seconds on the clock (for what waits instead of computing), and bytes, for one case. */
export const LIMITS = { cpu: 5, wall: 120, memory: 512e6 };

const POLL = 100;

/** The exit code of a child whose own code fails. */
const HARNESS_FAILED = 70;

/**
 * @typedef {{ index: number, fault: string }} Fault
 * @typedef {{ name: string, cases: number, accepted: number, refused: number, faults: Fault[],
 *   milliseconds?: number, memory?: number }} Result the worst time and memory of a case, if measured
 */

/**
 * Runs cases `from` to `to` of a target.
 * @param {{ name: string, path: string, limits?: Partial<typeof LIMITS> }} target
 * @param {{ seed: number, from?: number, to: number, onProgress?: (done: number) => void }} options
 * @returns {Promise<Result>}
 */
export async function torture(target, { seed, from = 0, to, onProgress = () => {} }) {
  const result = {
    name: target.name,
    cases: to - from,
    accepted: 0,
    refused: 0,
    faults: [],
  };
  const limits = { ...LIMITS, ...target.limits };
  for (let next = from; next < to;) {
    const end = Math.min(to, next + SHARE);
    next = await runShare(target, { seed, from: next, to: end, limits }, (report) => {
      note(result, report, limits);
      onProgress(report.index - from + 1);
    });
  }
  return result;
}

const worse = (one, other) => (other === undefined ? one : Math.max(one ?? 0, other));

function note(result, { index, accepted, fault, milliseconds, memory }, limits) {
  const excess = memory > limits.memory ? `took ${Math.round(memory / 1e6)} MB` : undefined;
  const slow = milliseconds > 1000 * limits.cpu ? `took ${Math.round(milliseconds)} ms` : undefined;
  const found = fault ?? excess ?? slow;
  if (found) result.faults.push({ index, fault: found });
  else if (accepted) result.accepted++;
  else result.refused++;
  result.milliseconds = worse(result.milliseconds, milliseconds);
  result.memory = worse(result.memory, memory);
}

/** One process; gives the number of the first case that it did not come to. */
async function runShare(target, { seed, from, to, limits }, report) {
  const sandbox = makeSandbox();
  const child = spawn(process.execPath, ['--expose-gc', CHILD], {
    cwd: sandbox.work,
    env: environment(sandbox),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    detached: true,
  });
  let next = from;
  let begun = false;
  let complaints = '';
  const watch = new Watch(child, limits);
  child.stderr.setEncoding('utf8').on('data', (text) => (complaints = (complaints + text).slice(-2000)));
  child.on('message', (message) => {
    watch.restart();
    begun ||= message.begun === true;
    if (message.index === undefined) return;
    next = message.index + 1;
    report(message);
  });
  child.send({ target: target.path, seed, from, to, sandbox });
  const [code, signal] = await new Promise((done) => child.once('exit', (...how) => done(how)));
  watch.stop();
  endGroup(child.pid);
  rmSync(sandbox.root, { recursive: true, force: true });
  if (!begun || code === HARNESS_FAILED)
    throw new Error(`${target.name}: the cases could not be made: ${complaints}`);
  if (next < to) {
    const how = watch.verdict ?? `the process ended (${signal ?? code}): ${complaints.trim().slice(-300)}`;
    report({ index: next, fault: how });
    next++;
  }
  return next;
}

/** Ends what a process has left in its group. */
function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // nothing was left
  }
}

/** Ends a process that takes too long over a case, or too much memory. */
class Watch {
  verdict;
  #began = { cpu: 0, wall: Date.now() };
  #timer;

  constructor(child, limits) {
    this.child = child;
    this.limits = limits;
    this.#timer = setInterval(() => this.#look(), POLL);
  }

  /** A new case begins. */
  restart() {
    this.#began = { cpu: cpuSeconds(this.child.pid), wall: Date.now() };
  }

  stop() {
    clearInterval(this.#timer);
  }

  #look() {
    const { pid } = this.child;
    const cpu = cpuSeconds(pid) - this.#began.cpu;
    const wall = (Date.now() - this.#began.wall) / 1000;
    const most = Math.max(...[pid, ...descendantsOf(pid)].map(residentBytes));
    if (most > 4 * this.limits.memory) this.#end(`took ${Math.round(most / 1e6)} MB`);
    else if (cpu > 4 * this.limits.cpu) this.#end(`hangs: ${cpu.toFixed(0)} s of processor time`);
    else if (wall > this.limits.wall) this.#end(`hangs: ${wall.toFixed(0)} s`);
  }

  #end(verdict) {
    this.verdict ??= verdict;
    endGroup(this.child.pid);
  }
}
