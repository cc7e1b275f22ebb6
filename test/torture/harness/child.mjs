/** A process that runs cases of one target and reports each; if one kills it, the parent knows which. */
import { casesFrom } from './cases.mjs';
import { peakBytes, resetPeak } from './processes.mjs';
import { contentsOf, tidy } from './sandbox.mjs';

/** Above this the garbage of earlier cases goes first, so that it is not counted with the next. */
const GARBAGE = 150e6;

/** The most memory that this process has had since it was last asked; where Linux does not tell, what it has now. */
const peakMemory = () => peakBytes('self') || process.memoryUsage.rss();

/** What became of a case: it was accepted or refused as it should be, or why that is a fault. */
async function outcomeOf(target, input, sandbox, cost) {
  let error;
  try {
    await target.run(input, sandbox, cost);
  } catch (thrown) {
    error = thrown;
  }
  const fault = error === undefined ? undefined : faultOf(error, target);
  const left = contentsOf(sandbox);
  tidy(sandbox, left);
  const wrong = left.filter((path) => !isExpected(path, target, error === undefined));
  if (fault) return { fault };
  if (wrong.length > 0) return { fault: `left behind: ${wrong.slice(0, 3).join(', ')}` };
  return { accepted: error === undefined };
}

function isExpected(path, { file = '', keeps, stays }, accepted) {
  if (file && path === `a/b/c/work/${file}`) return true;
  return (stays?.test(path) ?? false) || (accepted && (keeps?.test(path) ?? false));
}

/** Words of JavaScript and Python for those who write programs, not for those who have a damaged file. */
const INTERNAL =
  /AssertionError|of undefined|undefined is|is not a function|not iterable|unhashable|does not support|has no attribute/;

/** A refusal is one of the target's errors, names the file, and tells what is wrong with it in words that help. */
function faultOf(error, { errors, file = '', tells = /./ }) {
  const { name = '?', message = String(error), stack = '' } = error ?? {};
  const where = stack.split('\n').slice(1, 4).join(' <').replace(/\s+/g, ' ');
  if (!errors.includes(name)) return `${name}: ${message}`.slice(0, 300) + where.slice(0, 300);
  if (
    !message.includes(file) ||
    message.length < file.length + 15 ||
    !tells.test(message) ||
    INTERNAL.test(message)
  )
    return `says too little: ${message}`;
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
    resetPeak('self');
    const before = process.cpuUsage();
    const cost = {}; // a target whose work is done in other processes says here what they took
    const outcome = await outcomeOf(target, input, sandbox, cost);
    const { user, system } = process.cpuUsage(before);
    const own = { milliseconds: (user + system) / 1000, memory: Math.max(0, peakMemory() - base) };
    process.send({ index, ...outcome, ...(target.unmeasured ? {} : own), ...cost });
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
