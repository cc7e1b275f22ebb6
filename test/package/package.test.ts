import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { alsoReachedAt, announced, statusFor } from '../setup/jupyterlab';
import { load, ROOT, scratch } from '../setup/scripts';
import * as box from './installed';

const { layout } = load('lib/layout.mjs') as { layout: (root: string) => { python: string } };

const MINUTES = 60_000;
// long enough for a machine that is busy with other things
vi.setConfig({ testTimeout: 5 * MINUTES, hookTimeout: 5 * MINUTES });

const folder = scratch();
let installed: box.Installed;
beforeAll(() => {
  installed = box.install(folder);
});

const run = (...args: string[]) => box.run(installed, args);
const convlab = (...args: string[]) => box.convlab(installed, args);

it('holds what it needs, no test, and no script that npm would run', () => {
  const packed = readdirSync(installed.convlab, { recursive: true, encoding: 'utf8' });
  expect(packed).toEqual(
    expect.arrayContaining(['dist/index.d.ts', 'data/catalogue.json', 'LICENSE', 'README.md']),
  );
  expect(packed.filter((name) => /\.test\.|^node_modules|\.map$/.test(name))).toEqual([]);
  const { scripts } = JSON.parse(readFileSync(join(installed.convlab, 'package.json'), 'utf8')) as {
    scripts: object;
  };
  const run = ['preinstall', 'install', 'postinstall', 'prepare'];
  expect(Object.keys(scripts).filter((name) => run.includes(name))).toEqual([]);
});

it('leaves the signals to the program, which would otherwise not end by Ctrl-C while it computes', () => {
  const count =
    "require('convlab'); process.stdout.write(String(['SIGINT', 'SIGTERM'].map((name) => process.listenerCount(name))))";
  expect(run('-e', count).stdout).toBe('0,0');
});

it('compiled training leaves nothing in the home or the temporary folder, and tells nobody of itself', () => {
  const [home, tmp] = ['home', 'tmp'].map((name) => join(folder, 'quiet', name));
  for (const place of [home, tmp]) mkdirSync(place, { recursive: true });
  const train = `Object.assign(process.env, { HOME: ${JSON.stringify(home)}, TMPDIR: ${JSON.stringify(tmp)} });
    const { execFileSync } = require('node:child_process');
    execFileSync(process.execPath, ['-e', \`
      const { engine, tf, train } = require('convlab');
      engine.ready().then(async () => {
        const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
        model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
        const training = train.compile(model);
        await training.trainOnBatch(tf.ones([4, 2]), tf.zeros([4, 1]));
        process.stdout.write(String(training.reason));
        await training.dispose();
      });\`], { stdio: 'inherit' });`;
  expect(run('-e', train).stdout).toBe('undefined');
  expect(readdirSync(home)).toEqual([]);
  expect(readdirSync(tmp)).toEqual([]);
});

it('convlab says its version', () => {
  expect(convlab('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it('convlab doctor says what to do, in the words of the package', () => {
  const { stdout, stderr } = convlab('doctor');
  expect(stderr).toBe('');
  expect(stdout).toMatch(/npm packages +as npm has installed them/);
  expect(stdout).toContain('npx convlab setup');
  expect(stdout).not.toContain('npm run');
});

it('convlab lab fetches nothing unasked', () => {
  const { status, stderr } = convlab('lab');
  expect(status).toBe(1);
  expect(stderr).toContain('mend: npx convlab setup');
  expect(existsSync(join(folder, 'cache', 'jupyter', '.venv'))).toBe(false);
});

it('convlab grade has its help, and wants the set-up', () => {
  expect(convlab('grade', '--help').stdout).toContain('npx convlab grade submitted');
  const { status, stderr } = convlab('grade', join(installed.convlab, 'exercises'));
  expect(status).toBe(1);
  expect(stderr).toContain('mend: npx convlab setup');
});

it('convlab data and convlab kernel install work', () => {
  expect(convlab('data', 'status').stdout).toContain('mnist');
  expect(convlab('kernel', 'install', '--prefix', join(folder, 'venv')).status).toBe(0);
  const file = join(folder, 'venv/share/jupyter/kernels/convlab/kernel.json');
  const { argv } = JSON.parse(readFileSync(file, 'utf8')) as { argv: string[] };
  expect(argv[1]).toBe(join(installed.convlab, 'dist/kernel/main.js'));
  expect(existsSync(argv[1])).toBe(true);
});

describe.skipIf(!existsSync(layout(ROOT).python))('where Python has been set up', () => {
  let env: NodeJS.ProcessEnv;
  let venv: string;

  beforeAll(() => {
    const cache = box.withPython(installed);
    venv = join(cache, 'jupyter/.venv');
    env = { ...box.environment(installed, cache), CONVLAB_ENGINE: '' };
    expect(box.convlab(installed, ['kernel', 'install', '--prefix', venv], env).stderr).toBe('');
  });

  it('convlab kernel install --prefix tells the Jupyter of a virtual environment about the kernel', () => {
    // as `jupyter kernelspec list`, which is a script for one environment
    const list = ['-m', 'jupyter_client.kernelspecapp', 'list', '--json'];
    const told = execFileSync(join(venv, 'bin/python'), list, { cwd: folder, env, encoding: 'utf8' });
    const { kernelspecs } = JSON.parse(told) as { kernelspecs: Record<string, KernelSpec | undefined> };
    expect(kernelspecs.convlab?.resource_dir).toBe(join(venv, 'share/jupyter/kernels/convlab'));
    expect(kernelspecs.convlab?.spec.display_name).toBe('TypeScript (convlab)');
  });

  it('convlab doctor finds nothing to mend', () => {
    const { stdout, status } = box.convlab(installed, ['doctor', '--json'], env);
    const { healthy, rows } = JSON.parse(stdout) as { healthy: boolean; rows: Row[] };
    expect(rows.filter((row) => row.status === 'bad')).toEqual([]);
    expect([healthy, status]).toEqual([true, 0]);
    expect(rows.find(({ name }) => name === 'Python')?.what).toContain('with JupyterLab');
  });

  it('convlab grade gives all points to the right answers, and leaves feedback', () => {
    const submitted = join(folder, 'submitted');
    mkdirSync(submitted);
    const lesson = '01-gradient-descent';
    cpSync(join(installed.convlab, `notebooks/${lesson}.ipynb`), join(submitted, 'ada.ipynb'));
    // where submissions cannot be isolated this one, which is ours, is graded all the same
    const args = ['grade', '--json', '--no-isolation', 'submitted'];
    const { stdout, stderr } = box.convlab(installed, args, { ...env, CONVLAB_ENGINE: 'cpu' });
    const [row] = JSON.parse(stdout || '[]') as { exercise: string; points: number; of: number }[];
    expect(row, stderr).toMatchObject({ exercise: lesson, points: 12 });
    expect(readFileSync(join(submitted, 'ada.feedback.html'), 'utf8')).toContain('12 of 12');
  });

  it('convlab lab brings the lessons, and serves this machine alone, and only who has the token', async () => {
    const lab = box.started(installed, ['lab', '--no-browser', '--port=0'], env);
    try {
      const address = await announced(lab);
      expect(existsSync(join(folder, 'notebooks/01-gradient-descent.ipynb'))).toBe(true);
      expect(await alsoReachedAt(address)).toEqual([]);
      expect([await statusFor(address), await statusFor(address, address.token)]).toEqual([403, 200]);
    } finally {
      if (lab.exitCode === null) await box.interrupted(lab);
    }
  });
});

interface KernelSpec {
  resource_dir: string;
  spec: { display_name: string };
}

interface Row {
  name: string;
  status: string;
  what: string;
}

/** The script that the README shows. */
function readmeScript(): string {
  const [, script] = /## In a script\n[^#]*?```ts\n([\s\S]*?)```/.exec(
    readFileSync(join(ROOT, 'README.md'), 'utf8'),
  )!;
  return script;
}

it("the README's script finds its types, trains and saves", () => {
  writeFileSync(join(folder, 'script.ts'), readmeScript());
  const tsc = run(join(installed.modules, 'typescript/bin/tsc'), '--strict', '--skipLibCheck', '--module', 'node20', '--target', 'es2022', '--types', 'node', 'script.ts'); // prettier-ignore
  expect(tsc.stdout).toBe('');
  const env = { ...box.environment(installed), CONVLAB_FAST: '1' };
  const { stdout, stderr, status } = box.run(installed, ['script.js'], env);
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/^engine: wasm/m);
  const losses = [...stdout.matchAll(/^epoch .* {2}loss (\S+)/gm)].map(([, loss]) => Number(loss));
  expect(losses).toHaveLength(10);
  expect(losses[9]).toBeLessThan(losses[0] / 2);
  const [first, second] = readFileSync(join(folder, 'lenet5.keras'));
  expect(String.fromCharCode(first, second), 'a zip archive, as Keras writes').toBe('PK');
});
