import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { ROOT, scratch } from '../setup/scripts';

const MINUTES = 60_000;
// long enough for a machine that is busy with other things
vi.setConfig({ testTimeout: 5 * MINUTES, hookTimeout: 5 * MINUTES });

const folder = scratch();
const modules = join(folder, 'node_modules');
const installed = join(modules, 'convlab');

/** Runs a program in the folder where convlab is installed; nothing of the checkout is in its environment. */
function run(...args: string[]) {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    CONVLAB_CACHE: join(folder, 'cache'),
    CONVLAB_OFFLINE: '1',
  };
  return spawnSync(process.execPath, args, {
    cwd: folder,
    env: { ...env, CONVLAB_ENGINE: 'wasm' },
    encoding: 'utf8',
  });
}

const convlab = (...args: string[]) => run(join(installed, 'dist/cli/main.js'), ...args);

/** Packs, and lays the package out as npm does: the package itself, and beside it what it depends on. */
beforeAll(() => {
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const shell = process.platform === 'win32';
  const told = execFileSync('npm', pack, {
    cwd: ROOT,
    encoding: 'utf8',
    shell,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename }] = JSON.parse(told) as [{ filename: string }];
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', installed]);
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
});

it('holds what it needs, no test, and no script that npm would run', () => {
  const packed = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  expect(packed).toEqual(
    expect.arrayContaining(['dist/index.d.ts', 'data/catalogue.json', 'LICENSE', 'README.md']),
  );
  expect(packed.filter((name) => /\.test\.|^node_modules|\.map$/.test(name))).toEqual([]);
  const { scripts } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
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
  const { status, stderr } = convlab('grade', join(installed, 'exercises'));
  expect(status).toBe(1);
  expect(stderr).toContain('mend: npx convlab setup');
});

it('convlab data and convlab kernel install work', () => {
  expect(convlab('data', 'status').stdout).toContain('mnist');
  expect(convlab('kernel', 'install', '--prefix', join(folder, 'venv')).status).toBe(0);
  const file = join(folder, 'venv/share/jupyter/kernels/convlab/kernel.json');
  const { argv } = JSON.parse(readFileSync(file, 'utf8')) as { argv: string[] };
  expect(argv[1]).toBe(join(installed, 'dist/kernel/main.js'));
  expect(existsSync(argv[1])).toBe(true);
});

const SCRIPT = `import { engine, models, tf, train } from 'convlab';
async function main(): Promise<void> {
  const info = await engine.ready();
  const model = models.lenet5({ seed: 1 });
  model.compile({ optimizer: tf.train.adam(0.001), loss: 'sparseCategoricalCrossentropy' });
  const x = tf.randomUniform([64, 28, 28, 1], 0, 1, 'float32', 1);
  const y = tf.range(0, 64).mod(10);
  const history = await train.fit(model, { x, y }, { epochs: 10, batchSize: 32 });
  const { loss } = history.metrics as { loss: number[] };
  console.log(JSON.stringify({ engine: info.name, loss }));
}
void main();
`;

it('a script in TypeScript finds its types, and trains', () => {
  writeFileSync(join(folder, 'script.ts'), SCRIPT);
  const tsc = run(join(modules, 'typescript/bin/tsc'), '--strict', '--skipLibCheck', '--module', 'node20', '--target', 'es2022', '--types', 'node', 'script.ts'); // prettier-ignore
  expect(tsc.stdout).toBe('');
  const { stdout, stderr } = run('script.js');
  expect(stderr).not.toContain('Error');
  const { engine, loss } = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
    engine: string;
    loss: number[];
  };
  expect(engine).toBe('wasm');
  expect(loss.at(-1)).toBeLessThan(loss[0]);
});
