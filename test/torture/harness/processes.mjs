/** What Linux tells of processes; on other systems nothing, and limits are those of the clock alone. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

const TICKS = 100;

/** The processor time in seconds that a process and its descendants have used. */
export function cpuSeconds(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const own = (Number(fields[11]) + Number(fields[12])) / TICKS;
    return childrenOf(pid).reduce((sum, child) => sum + cpuSeconds(child), own);
  } catch {
    return 0;
  }
}

function bytesIn(pid, field) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** The memory in bytes that a process holds. */
export const residentBytes = (pid) => bytesIn(pid, 'VmRSS');

/** The most memory in bytes that a process has held since {@link resetPeak}. */
export const peakBytes = (pid) => bytesIn(pid, 'VmHWM');

export function resetPeak(pid) {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // not Linux, or it has ended
  }
}

/** The seconds that the main threads of a process and of its descendants were ready to run while others ran. */
export function waitedSeconds(pid, { alone = false } = {}) {
  const waited = (one) => {
    try {
      return Number(readFileSync(`/proc/${one}/schedstat`, 'utf8').split(' ')[1]) / 1e9;
    } catch {
      return 0;
    }
  };
  return [pid, ...(alone ? [] : descendantsOf(pid))].reduce((sum, one) => sum + waited(one), 0);
}

function childrenOf(pid) {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8');
    return children.split(' ').filter(Boolean).map(Number);
  });
}

/** All processes that a process has started, and those that they have. */
export function descendantsOf(pid) {
  try {
    return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
  } catch {
    return [];
  }
}

/** A process and all that descend from it, as one. */
export class Family {
  #cpu;

  constructor(pid) {
    this.pid = pid;
    this.mark();
  }

  #sum(measure) {
    return [this.pid, ...descendantsOf(this.pid)].reduce((sum, one) => sum + measure(one), 0);
  }

  resident() {
    return this.#sum(residentBytes);
  }

  /** Time and the most memory are those from here on. */
  mark() {
    this.#cpu = cpuSeconds(this.pid);
    for (const one of [this.pid, ...descendantsOf(this.pid)]) resetPeak(one);
  }

  milliseconds() {
    return 1000 * (cpuSeconds(this.pid) - this.#cpu);
  }

  /** The most that each has held; together never less than what they have held at one time. */
  peak() {
    return this.#sum(peakBytes);
  }
}

/** When a process began: a number may be given to another later. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Those processes as they are now; gives a function that says which of them are still there. */
export function remember(pids) {
  const known = pids.map((pid) => [pid, startOf(pid)]).filter(([, start]) => start !== undefined);
  return () => known.filter(([pid, start]) => startOf(pid) === start).map(([pid]) => pid);
}
