/** The set-up: runs the steps in order, redoing only those whose inputs or products have changed. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { diskError, named } from '../lib/errors.mjs';
import { isInstalled } from '../lib/layout.mjs';
import { takeLock } from '../lib/lock.mjs';
import { addon } from './addon.mjs';
import { build } from './build.mjs';
import { compiler } from './compiler.mjs';
import { createContext, LeftOut } from './context.mjs';
import { kernelspec } from './kernelspec.mjs';
import { npmPackages } from './npm-packages.mjs';
import { pythonPackages } from './python-packages.mjs';
import { tensorflow } from './tensorflow.mjs';

export const STEPS = [npmPackages, pythonPackages, tensorflow, addon, build, compiler, kernelspec];

/** What is left to do where npm has installed convlab, built, with its packages. */
export const STEPS_OF_PACKAGE = [pythonPackages, tensorflow, addon, compiler, kernelspec];

/**
 * Brings the checkout to a state in which lessons run.
 * @param {Parameters<typeof createContext>[0]} [options]
 * @param {import('./context.mjs').Step[]} [steps]
 * @returns {Promise<{ states: Record<string, 'fresh' | 'done' | 'missing'>, changed: boolean }>}
 */
export async function setUp(options, steps = isInstalled() ? STEPS_OF_PACKAGE : STEPS) {
  const context = createContext(options);
  const lock = await takeSetupLock(context);
  context.noteChild = lock.work;
  try {
    const states = {};
    for (const step of steps) states[step.name] = await runStep(step, context);
    return { states, changed: Object.values(states).includes('done') };
  } finally {
    lock.release();
  }
}

async function takeSetupLock({ paths, progress }) {
  const onWait = (pid) => progress.line(`another set-up is at work (process ${pid}): waiting for it to end`);
  try {
    mkdirSync(paths.home, { recursive: true });
    accessSync(paths.home, constants.W_OK);
    return await takeLock(join(paths.state, 'lock'), { onWait });
  } catch (error) {
    throw diskError(error, paths.state) ?? error;
  }
}

/** Runs one step if it must be; says 'fresh', 'done' or 'missing'. */
export async function runStep(step, context) {
  const { stamps, progress } = context;
  const plan = await step.plan(context);
  if (plan.missing) return skip(step, plan.missing, context);
  if (!plan.broken && stamps.isFresh(step.name, plan.inputs, plan.products)) return 'fresh';
  const before = stamps.read(step.name);
  if (before && plan.broken) progress.line(`${step.title}: made again, ${plan.broken}`);
  try {
    if (plan.adopt) return (stamps.write(step.name, plan.inputs), 'fresh');
    stamps.clear(step.name);
    const describe = ({ note }) => note ?? 'done';
    const { facts } = await progress.step(
      step.title,
      () => step.perform(context, { ...plan, before }),
      describe,
    );
    stamps.write(step.name, plan.inputs, facts);
    return 'done';
  } catch (error) {
    if (error instanceof LeftOut) return skip(step, { ...error, what: error.message }, context);
    throw diskError(error, context.root) ?? error;
  }
}

/** Leaves a step out. Where this only follows from another one that was left out, that one has said it all. */
function skip(step, { what, mend, details, follows }, context) {
  const { stamps, progress } = context;
  stamps.clear(step.name);
  step.discard?.(context);
  if (details) progress.line(details);
  if (!follows) progress.line(`${step.title}: left out (${step.loss}), ${what}. To mend: ${named(mend)}`);
  return 'missing';
}
