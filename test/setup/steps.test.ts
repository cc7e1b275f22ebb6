/** The set-up redoes what has changed, and trusts nothing that was not verified. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ended, isAlive, load, put, quietProgress, ROOT, scratch, until } from './scripts';
import type { ContextModule, SetupModule, Step } from './scripts';

const { setUp } = load('setup/run.mjs') as SetupModule;
const { LeftOut } = load('setup/context.mjs') as ContextModule;

interface Trial {
  step: Step;
  state: { input: string; runs: number; fails?: Error; broken?: string; adopt?: boolean };
  root: string;
  lines: string[];
  run: () => Promise<string | undefined>;
}

/** A step that writes one file, in an empty project. */
function trial(): Trial {
  const root = scratch();
  const product = join(root, 'product');
  const state: Trial['state'] = { input: 'a', runs: 0 };
  const step: Step = {
    name: 'trial',
    title: 'trial',
    loss: 'no trial',
    plan: () =>
      Promise.resolve({
        inputs: [state.input],
        products: [product],
        broken: state.broken,
        adopt: state.adopt,
      }),
    perform: () => {
      state.runs++;
      put(product, state.input);
      return state.fails ? Promise.reject(state.fails) : Promise.resolve({});
    },
  };
  const { lines, progress } = quietProgress();
  const run = async () => (await setUp({ root, progress }, [step])).states.trial;
  return { step, state, root, lines, run };
}

describe('a step of the set-up', () => {
  it('is done once, and then left alone', async () => {
    const { run, state } = trial();
    expect([await run(), await run(), await run()]).toEqual(['done', 'fresh', 'fresh']);
    expect(state.runs).toBe(1);
  });

  it('is redone when an input changes', async () => {
    const { run, state } = trial();
    await run();
    state.input = 'b';
    expect([await run(), await run()]).toEqual(['done', 'fresh']);
  });

  it('is redone when its product is gone', async () => {
    const { run, root } = trial();
    await run();
    rmSync(join(root, 'product'));
    expect(await run()).toBe('done');
  });

  it('is redone when its product is broken, and says why', async () => {
    const { run, state, lines } = trial();
    await run();
    state.broken = 'its interpreter does not start';
    expect(await run()).toBe('done');
    expect(lines).toContain('trial: made again, its interpreter does not start');
  });

  it('takes over what is right already', async () => {
    const { run, state } = trial();
    state.adopt = true;
    expect(await run()).toBe('fresh');
    expect(state.runs).toBe(0);
  });

  it('leaves no stamp when it fails, so that the next run does not trust the product', async () => {
    const { run, state, root } = trial();
    await run();
    state.input = 'b';
    state.fails = new Error('broke');
    await expect(run()).rejects.toThrow('broke');
    expect(existsSync(join(root, '.setup/trial.json'))).toBe(false);
    state.input = 'a';
    state.fails = undefined;
    expect(await run()).toBe('done');
  });

  it('may be left out: the set-up goes on and says what mends it', async () => {
    const { run, state, lines } = trial();
    state.fails = new LeftOut('no compiler', { mend: 'install g++' });
    expect(await run()).toBe('missing');
    expect(lines.at(-1)).toBe('trial: left out (no trial), no compiler. To mend: install g++');
  });

  it('ignores a damaged stamp', async () => {
    const { run, root } = trial();
    await run();
    put(join(root, '.setup/trial.json'), '{"hash": "');
    expect(await run()).toBe('done');
  });

  it('names the path where the disk is full', async () => {
    const { run, state } = trial();
    state.fails = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', path: '/the/full/disk' });
    await expect(run()).rejects.toThrow('cannot write to /the/full/disk: the disk is full');
  });
});

/** A set-up whose only step runs a child that takes a minute. */
const SLOW = `
import { writeFileSync } from 'node:fs';
import { setUp } from '${ROOT}/scripts/setup/run.mjs';
const step = {
  name: 'slow',
  title: 'slow',
  plan: async () => ({ inputs: ['x'], products: [] }),
  perform: async ({ tool, root }) => {
    writeFileSync(root + '/half', '');
    if (!process.argv[3]) await tool('sleep', ['61.5'], { fail: (details) => new Error(details) });
    return {};
  },
};
const { states } = await setUp({ root: process.argv[2] }, [step]);
console.log('state: ' + states.slow);
`;

interface LockFile {
  child?: { pid: number };
}

describe('a set-up that is killed', () => {
  it('leaves no stamp, and the next one ends its orphan, takes over its lock and does the step again', async () => {
    const root = scratch();
    const script = put(join(root, 'slow.mjs'), SLOW);
    const lock = join(root, '.setup/lock');
    const first = spawn(process.execPath, [script, root], { stdio: 'ignore' });
    const child = () => (JSON.parse(readFileSync(lock, 'utf8')) as LockFile).child?.pid;
    await until(() => existsSync(join(root, 'half')) && existsSync(lock) && child() !== undefined);
    const orphan = child()!;
    first.kill('SIGKILL');
    await ended(first);
    expect(isAlive(orphan)).toBe(true);
    expect(existsSync(join(root, '.setup/slow.json'))).toBe(false);

    const second = await ended(spawn(process.execPath, [script, root, 'quick']));
    expect(second.output).toContain('state: done');
    expect(isAlive(orphan)).toBe(false);
    expect(existsSync(join(root, '.setup/slow.json'))).toBe(true);
    expect(existsSync(lock)).toBe(false);
  });

  it('by Ctrl-C ends its child and gives its lock back', async () => {
    const root = scratch();
    const script = put(join(root, 'slow.mjs'), SLOW);
    const lock = join(root, '.setup/lock');
    const running = spawn(process.execPath, [script, root], { stdio: 'ignore' });
    const child = () => (JSON.parse(readFileSync(lock, 'utf8')) as LockFile).child?.pid;
    await until(() => existsSync(join(root, 'half')) && child() !== undefined);
    const worker = child()!;
    running.kill('SIGINT');
    expect((await ended(running)).code).toBe(130);
    expect(isAlive(worker)).toBe(false);
    expect(existsSync(lock)).toBe(false);
  });
});

describe('two set-ups at once', () => {
  it('do not get into each other’s way: the second waits and says so', async () => {
    const { step, state, root } = trial();
    const gate = new AbortController();
    const slow: Step = {
      ...step,
      perform: async (...given) => {
        while (!gate.signal.aborted) await pause(10);
        return step.perform(...given);
      },
    };
    const other = quietProgress();
    const first = setUp({ root, progress: quietProgress().progress }, [slow]);
    await until(() => existsSync(join(root, '.setup/lock')));
    const second = setUp({ root, progress: other.progress }, [step]);
    await until(() => other.lines.some((line) => line.includes('waiting')));
    expect(state.runs).toBe(0);
    gate.abort();
    expect((await first).states.trial).toBe('done');
    expect((await second).states.trial).toBe('fresh');
    expect(state.runs).toBe(1);
  });
});
