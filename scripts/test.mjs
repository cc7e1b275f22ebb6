#!/usr/bin/env node
/** `npm test`: the set-up, then every check; the last line counts them. */
import { parseArgs } from 'node:util';
import { UserError, runMain } from './lib/errors.mjs';
import { findChromium } from './lib/machine.mjs';
import { checkNode } from './lib/node-version.mjs';
import { Progress } from './lib/progress.mjs';
import { createContext } from './setup/context.mjs';
import { setUp } from './setup/run.mjs';
import { countOne, sentence, total } from './test/counts.mjs';
import { divide } from './test/divide.mjs';
import { FULL, SHORT } from './test/steps.mjs';

const HELP = `Runs the set-up, then lint, types, unit tests, the kernel's conformance, the lessons in fast mode,
and JupyterLab in Chromium (where that is installed; CONVLAB_CHROMIUM names another one).

  npm test
  npm test -- --short   only what depends on the engine (CONVLAB_ENGINE): its tests and the lessons
`;

await runMain(async () => {
  checkNode();
  const { short, help } = readArguments();
  if (help) return void process.stdout.write(HELP);
  const { states } = await setUp();
  const context = createContext({ progress: new Progress(process.stdout) });
  const has = { Python: states.python !== 'missing', Chromium: findChromium() !== undefined };
  const { able, notes } = divide(short ? SHORT : FULL, has);
  const verdicts = [];
  for (const step of able) verdicts.push(await judge(step, context));
  for (const note of notes) context.progress.line(note);
  const sum = total(verdicts);
  context.progress.line(sentence(sum));
  return sum.failed === 0 ? 0 : 1;
});

function readArguments() {
  try {
    return parseArgs({ options: { short: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } })
      .values;
  } catch (error) {
    throw new UserError(error.message.split('. ')[0], { mend: 'npm test -- --help' });
  }
}

/** Performs a step; what the tool said is shown only if it failed. */
async function judge(step, { progress, ...context }) {
  const describe = (verdict) => `${sentence(verdict)}${verdict.reason ? `: ${verdict.reason}` : ''}`;
  const perform = () =>
    step
      .perform({ ...context, progress })
      .catch((error) => ({ ...countOne(false), output: String(error.stack) }));
  const verdict = await progress.step(step.title, perform, describe);
  if (verdict.failed && verdict.output) progress.line(indent(verdict.output));
  return verdict;
}

function indent(text) {
  return text.trimEnd().replace(/^/gm, '  | ');
}
