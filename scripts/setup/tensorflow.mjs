/** Step 3: TensorFlow's wheel in `.venv`, for its C++ library: with CUDA where there is a GPU, else for the CPU. */
import { join } from 'node:path';
import { contents, exists } from '../lib/files.mjs';
import { findGpu, hasNativeEngine } from '../lib/machine.mjs';
import { pythonEnv } from '../lib/python.mjs';
import { FOLLOWS, LeftOut } from './context.mjs';
import { PIP_INSTALL } from './python-packages.mjs';

const NOT_HERE = { what: `not made for ${process.platform} ${process.arch}`, mend: 'use Linux x64 or arm64' };

/** @type {import('./context.mjs').Step} */
export const tensorflow = {
  name: 'tensorflow',
  title: "TensorFlow's library",
  loss: 'the engine is WASM',

  async plan({ root, paths, env, stamps }) {
    if (!hasNativeEngine()) return { inputs: [], products: [], missing: NOT_HERE };
    const venv = stamps.read('python');
    if (!venv) return FOLLOWS;
    const gpu = await findGpu(env);
    const lock = gpu ? 'requirements-cuda.txt' : 'requirements-cpu.txt';
    const wheel = wheelFolder(paths.venv, venv.version);
    return {
      inputs: [...contents([join(root, lock)]), JSON.stringify(venv)],
      products: libraries(wheel),
      lock,
      wheel,
      gpu,
    };
  },

  async perform({ root, paths, env, tool }, { lock, wheel, gpu }) {
    // the two variants share their files: one must go before the other comes
    await tool(
      paths.python,
      ['-I', '-m', 'pip', 'uninstall', '--quiet', '--yes', 'tensorflow', 'tensorflow-cpu'],
      {
        env: pythonEnv(env),
        fail: (details) =>
          new LeftOut('pip does not work in .venv', { details, mend: 'rm -rf .venv && npm run setup' }),
      },
    );
    await tool(paths.python, [...PIP_INSTALL, '-r', join(root, lock)], {
      env: pythonEnv(env),
      writes: paths.venv,
      fail: (details) =>
        new LeftOut(`pip could not install TensorFlow from ${lock}`, {
          details,
          mend: 'check the connection to the Python package index, then: npm run setup',
        }),
    });
    const absent = libraries(wheel).find((path) => !exists(path));
    if (absent) {
      throw new LeftOut(`TensorFlow's wheel lacks ${absent}`, { mend: 'rm -rf .venv && npm run setup' });
    }
    return { note: gpu ? `with CUDA for ${gpu}` : 'for the CPU', facts: { wheel, gpu } };
  },
};

/** The folder of the installed wheel. */
export function wheelFolder(venv, version) {
  return join(venv, `lib/python${version}/site-packages/tensorflow`);
}

/** The two libraries and a header that the addon is built from. */
export function libraries(wheel) {
  return [
    join(wheel, 'libtensorflow_cc.so.2'),
    join(wheel, 'libtensorflow_framework.so.2'),
    join(wheel, 'include/tensorflow/c/c_api.h'),
  ];
}
