/**
 * Step 4: the native addon: tfjs-node's own binding, compiled against the library in TensorFlow's wheel; and beside
 * it a small addon of ours that keeps that library quiet while it loads.
 */
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contents, walk } from '../lib/files.mjs';
import { findCompiler, installCommand } from '../lib/machine.mjs';
import { FOLLOWS, LeftOut } from './context.mjs';
import { libraries } from './tensorflow.mjs';

const CHECK = fileURLToPath(new URL('check-addon.cjs', import.meta.url));
const FLAGS = ['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'];

/** @type {import('./context.mjs').Step} */
export const addon = {
  name: 'addon',
  title: 'native engine',
  loss: 'the engine is WASM',

  discard({ paths }) {
    for (const path of [paths.addon, paths.quietAddon]) rmSync(path, { force: true });
  },

  async plan({ paths, env, stamps }) {
    const library = stamps.read('tensorflow');
    if (!library) return FOLLOWS;
    const plan = {
      inputs: [
        ...contents([...walk(join(paths.tfjs, 'binding')), quietSource(paths)]),
        ...FLAGS,
        JSON.stringify(library),
        process.versions.modules,
      ],
      products: [paths.addon, paths.quietAddon],
      wheel: library.wheel,
    };
    if (stamps.isFresh('addon', plan.inputs, plan.products)) return plan;
    const compiler = findCompiler(env);
    if (compiler) return { ...plan, compiler };
    const mend = `${installCommand('compiler', env)}, then: npm run setup`;
    return { ...plan, missing: { what: 'no C++ compiler (c++, g++ or clang++) on PATH', mend } };
  },

  async perform({ paths, node, tool }, { compiler, wheel }) {
    removeTrials(paths.addon);
    const trials = { addon: `${paths.addon}.tmp`, quietAddon: `${paths.quietAddon}.tmp` };
    const compile = (args) =>
      tool(compiler, [...FLAGS, `-I${join(paths.nodeModules, 'node-api-headers/include')}`, ...args], {
        writes: dirname(paths.addon),
        fail: (details) =>
          new LeftOut(`${basename(compiler)} could not compile the binding`, {
            details,
            mend: 'try another compiler: CXX=clang++ npm run setup',
          }),
      });
    try {
      await compile([quietSource(paths), '-o', trials.quietAddon]);
      await compile([...bindingArguments(paths, wheel), '-o', trials.addon]);
      const { version, gpu } = await checkAddon({ node, tool }, trials.addon);
      for (const [name, trial] of Object.entries(trials)) renameSync(trial, paths[name]);
      return { note: `TensorFlow ${version}${gpu ? ', sees the GPU' : ''}`, facts: { version, gpu } };
    } finally {
      removeTrials(paths.addon);
    }
  },
};

const quietSource = ({ root }) => join(root, 'src/engine/native/stderr.cc');

function bindingArguments(paths, wheel) {
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(paths.tfjs, 'binding', name));
  const [cc, framework] = libraries(wheel);
  return [`-I${join(wheel, 'include')}`, ...sources, cc, framework, `-Wl,-rpath,${wheel}`];
}

/** Loads an addon in a process of its own, so that a crash in it is only an answer, and multiplies two matrices. */
export async function checkAddon({ node, tool }, path) {
  const { stdout } = await tool(node, [CHECK, path], {
    timeout: 120_000,
    fail: (details, { timedOut }) =>
      new LeftOut(
        timedOut ? 'the addon was loaded, but did not answer in two minutes' : 'the addon does not load',
        {
          details,
          mend: 'rm -rf .venv && npm run setup',
        },
      ),
  });
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

/** Removes what an interrupted or failed compilation has left; makes the folder if need be. */
function removeTrials(addonPath) {
  const folder = dirname(addonPath);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder))
    if (name.endsWith('.tmp')) rmSync(join(folder, name), { force: true });
}
