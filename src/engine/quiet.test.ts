import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasNative } from './testing/backends';
import { engineNames, type EngineName } from './names';

/** What a learner's first cell does, in a process of its own. Exit code 3: the C++ library came too early. */
const script = `
const { ready, tf } = require('./engine');
const loaded = process.report.getReport().sharedObjects.some((file) => file.includes('libtensorflow'));
if (loaded) process.exit(3);
async function main() {
  const { name } = await ready();
  if (name !== process.env.CONVLAB_ENGINE) process.exit(4);
  const model = tf.sequential({ layers: [
    tf.layers.conv2d({ filters: 2, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 1] }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.flatten(),
    tf.layers.dense({ units: 2, activation: 'softmax' }),
  ] });
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  await model.fit(tf.ones([4, 8, 8, 1]), tf.oneHot([0, 1, 1, 0], 2), { epochs: 1, verbose: 0 });
  tf.topk(tf.tensor1d([3, 1, 2]), 2).values.dataSync();
}
main();
`;

/** Without `ready()`: the values and the backend that has computed them. */
const unasked = `
const { tf } = require('./engine');
console.log(tf.tensor1d([3, 4]).square().sum().dataSync()[0], tf.getBackend());
`;

let folder: string;

/** The engine as CommonJS in a folder that sees the repository's packages. */
function build(): string {
  const target = mkdtempSync(path.join(tmpdir(), 'convlab-engine-'));
  cpSync(__dirname, path.join(target, 'engine'), { recursive: true });
  const compilerOptions = {
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    esModuleInterop: true,
  };
  for (const name of readdirSync(target, { recursive: true }) as string[]) {
    const file = path.join(target, name);
    if (!statSync(file).isFile() || !file.endsWith('.ts')) continue;
    const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions });
    writeFileSync(file.replace(/\.ts$/, '.js'), outputText);
  }
  symlinkSync(path.resolve('node_modules'), path.join(target, 'node_modules'), 'dir');
  writeFileSync(path.join(target, 'main.js'), script);
  writeFileSync(path.join(target, 'unasked.js'), unasked);
  return target;
}

function run(
  engine: EngineName | '',
  program = 'main.js',
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { PATH } = process.env;
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { PATH, CONVLAB_ENGINE: engine }, timeout: 50_000 };
    const child = execFile(process.execPath, [program], options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

beforeAll(() => {
  folder = build();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('importing, starting and training prints nothing, and the process ends by itself', () => {
  it.each(engineNames.filter((name) => name !== 'native' || hasNative()))('%s', async (engine) => {
    expect(await run(engine)).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('tensors made before an engine is asked for', () => {
  it.runIf(hasNative())('are computed by the native engine, without a word', async () => {
    expect(await run('', 'unasked.js')).toEqual({ code: 0, stdout: '25 tensorflow\n', stderr: '' });
  });

  it('are computed by plain JavaScript where the engine has to be awaited, which is said', async () => {
    const { code, stdout, stderr } = await run('wasm', 'unasked.js');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '25 cpu\n' });
    expect(stderr).toMatch(/^convlab: plain JavaScript .*await engine\.ready\(\).*\n$/);
  });

  it('are computed by plain JavaScript where it was asked for', async () => {
    expect(await run('cpu', 'unasked.js')).toEqual({ code: 0, stdout: '25 cpu\n', stderr: '' });
  });
});
