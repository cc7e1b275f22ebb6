/** A process that runs cases of one target and reports each; if one kills it, the parent knows which. */
import { readFileSync, writeFileSync } from 'node:fs';
import { casesFrom } from './cases.mjs';
import { contentsOf, tidy } from './sandbox.mjs';

/** Above this the garbage of earlier cases goes first, so that it is not counted with the next. */
const GARBAGE = 150e6;

/** The most memory that this process has had since it was last asked; where Linux does not tell, what it has now. */
function peakMemory() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  } catch {
    return process.memoryUsage.rss();
  }
}

function resetPeak() {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // not Linux
  }
}

/** What became of a case: it was accepted or refused as it should be, or why that is a fault; maybe the time that counts. */
async function outcomeOf(target, input, sandbox) {
  let error, milliseconds;
  try {
    milliseconds = await target.run(input, sandbox);
  } catch (thrown) {
    error = thrown;
  }
  const fault = error === undefined ? undefined : faultOf(error, target);
  const left = contentsOf(sandbox);
  tidy(sandbox, left);
  const wrong = left.filter((path) => !isExpected(path, target, error === undefined));
  if (fault) return { fault };
  if (wrong.length > 0) return { fault: `left behind: ${wrong.slice(0, 3).join(', ')}` };
  return { accepted: error === undefined, milliseconds };
}

function isExpected(path, { file = '', keeps, stays }, accepted) {
  if (file && path === `a/b/c/work/${file}`) return true;
  return (stays?.test(path) ?? false) || (accepted && (keeps?.test(path) ?? false));
}

/** A refusal is one of the target's errors, names the file, and says more than that. */
function faultOf(error, { errors, file = '' }) {
  const { name = '?', message = String(error), stack = '' } = error ?? {};
  const where = stack.split('\n').slice(1, 4).join(' <').replace(/\s+/g, ' ');
  if (!errors.includes(name)) return `${name}: ${message}`.slice(0, 300) + where.slice(0, 300);
  if (!message.includes(file) || message.length < file.length + 15) return `says too little: ${message}`;
  return undefined;
}

async function main({ target: path, seed, from, to, sandbox }) {
  const { target } = await import(path);
  const context = { sandbox, seed };
  const arbitrary = await target.prepare(context);
  const cases = casesFrom(arbitrary, seed, from);
  tidy(sandbox, contentsOf(sandbox));
  globalThis.gc?.();
  let base = process.memoryUsage.rss();
  process.send({ begun: true });
  for (let index = from; index < to; index++) {
    const input = cases.next().value;
    if (process.memoryUsage.rss() - base > GARBAGE) {
      globalThis.gc?.();
      base = Math.max(base, process.memoryUsage.rss());
    }
    resetPeak();
    const before = process.cpuUsage();
    const outcome = await outcomeOf(target, input, sandbox);
    const { user, system } = process.cpuUsage(before);
    const memory = Math.max(0, peakMemory() - base);
    const milliseconds = outcome.milliseconds ?? (user + system) / 1000;
    process.send({ index, ...outcome, milliseconds, memory });
  }
  await target.finish?.(context);
  process.send({ finished: true }, () => process.exit(0));
}

process.once('message', (task) => {
  main(task).catch((error) => {
    console.error(error);
    process.exit(70);
  });
});
process.once('disconnect', () => process.exit(71));
