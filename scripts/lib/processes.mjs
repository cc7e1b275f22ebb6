/** Child processes: run one and keep its output, know which are still alive, end a whole group. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const posix = process.platform !== 'win32';

/**
 * A name for a process that a later one with the same number does not share: its number and its start time.
 * Without /proc (not Linux) only the number is known.
 */
export function identity(pid) {
  return { pid, start: startTime(pid) };
}

function startTime(pid) {
  try {
    // the command's name stands in parentheses and may itself hold spaces: count from behind it
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? 'ended' : fields[19];
  } catch {
    return '';
  }
}

/** True while the process with this identity runs. */
export function isAlive({ pid, start } = {}) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  const now = startTime(pid);
  return now !== 'ended' && (!start || !now || now === start);
}

/** Sends a signal to a process that leads its group, and to all in the group. */
export function signalGroup(pid, signal) {
  try {
    process.kill(posix ? -pid : pid, signal);
  } catch {
    // it has ended already
  }
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Ends a process and its group: asked first, forced after a while; resolves when it is gone. */
export async function endGroup(child, patience = 3000) {
  if (!isAlive(child)) return;
  signalGroup(child.pid, 'SIGTERM');
  for (let waited = 0; waited < patience && isAlive(child); waited += 50) await pause(50);
  if (isAlive(child)) signalGroup(child.pid, 'SIGKILL');
  while (isAlive(child)) await pause(50);
}

const running = new Map();
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
let stopping = false;

/** Ends the children when this program is told to end: they lead their own groups, so no terminal does it. */
function stop(signal) {
  stopping = true;
  const children = [...running.values()];
  void Promise.all(children.map((child) => endGroup(child))).then(() => process.exit(EXIT_CODES[signal]));
}

/** Signals are ours only while children run; at other times they mean what the program makes of them. */
function note(pid) {
  if (running.size === 0) for (const signal of Object.keys(EXIT_CODES)) process.on(signal, stop);
  running.set(pid, identity(pid));
}

function forget(pid) {
  if (!running.delete(pid) || running.size > 0) return;
  for (const signal of Object.keys(EXIT_CODES)) process.off(signal, stop);
}

/**
 * Runs a command to its end. Never rejects: a command that cannot start has code 127 and the reason as output.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number, live?: ('stdout' | 'stderr')[],
 *   onStart?: (pid: number) => void }} [options] `timeout` in milliseconds; `live` names what is passed on to our own stderr, line by line
 * @returns {Promise<{ code: number, stdout: string, output: string, timedOut: boolean }>}
 *   `output` is stdout and stderr as they came
 */
export function run(command, args, { cwd, env, timeout, live = [], onStart } = {}) {
  const child = spawn(command, args, { cwd, env, detached: posix, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid) {
    note(child.pid);
    onStart?.(child.pid);
  }
  const kept = collect(child, live);
  let timedOut = false;
  const timer = timeout && setTimeout(() => ((timedOut = true), signalGroup(child.pid, 'SIGKILL')), timeout);
  return new Promise((done) => {
    const finish = (code, reason = '') => {
      clearTimeout(timer);
      // a child that we end ourselves on the way out has not failed: nobody waits for its answer
      if (stopping) return;
      forget(child.pid);
      done({ code, stdout: kept.stdout, output: kept.output + reason, timedOut });
    };
    child.once('error', (error) => finish(127, error.message));
    child.once('close', (code, signal) => finish(code ?? 128, signal ? `ended by ${signal}\n` : ''));
  });
}

function collect(child, live) {
  const kept = { stdout: '', output: '' };
  for (const name of ['stdout', 'stderr']) {
    const pass = live.includes(name) ? passLines(child[name]) : () => {};
    child[name].setEncoding('utf8').on('data', (text) => {
      if (name === 'stdout') kept.stdout += text;
      kept.output += text;
      pass(text);
    });
  }
  return kept;
}

/** Passes whole lines on, so that two children at once do not mix theirs. */
function passLines(stream) {
  let rest = '';
  stream.on('end', () => rest && process.stderr.write(`${rest}\n`));
  return (text) => {
    const end = (rest + text).lastIndexOf('\n') + 1;
    process.stderr.write((rest + text).slice(0, end));
    rest = (rest + text).slice(end);
  };
}

/** The last lines of a tool's output. */
export function lastLines(text, count = 20) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
