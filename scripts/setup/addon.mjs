/**
 * Step 4: the native addon: tfjs-node's own binding, compiled against the library in TensorFlow's wheel; and beside
 * it two small addons of ours: one keeps that library quiet while it loads, one brings a faster kernel for it.
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
    for (const path of addons(paths)) rmSync(path, { force: true });
  },

  async plan({ paths, env, stamps }) {
    const library = stamps.read('tensorflow');
    if (!library) return FOLLOWS;
    const plan = {
      inputs: [
        ...contents([...walk(join(paths.tfjs, 'binding')), ...ownSources(paths)]),
        ...FLAGS,
        JSON.stringify(library),
        process.versions.modules,
      ],
      products: addons(paths),
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
    const trials = Object.fromEntries(ADDONS.map((name) => [name, `${paths[name]}.tmp`]));
    const [quiet, pooling] = ownSources(paths);
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
      await compile([quiet, '-o', trials.quietAddon]);
      await compile([...againstTensorFlow(wheel, bindingSources(paths)), '-o', trials.addon]);
      await compile([...againstTensorFlow(wheel, [pooling]), '-o', trials.poolingAddon]);
      const { version, gpu } = await checkAddon({ node, tool }, trials.addon, trials.poolingAddon);
      for (const [name, trial] of Object.entries(trials)) renameSync(trial, paths[name]);
      return { note: `TensorFlow ${version}${gpu ? ', sees the GPU' : ''}`, facts: { version, gpu } };
    } finally {
      removeTrials(paths.addon);
    }
  },
};

const ADDONS = ['addon', 'quietAddon', 'poolingAddon'];
const addons = (paths) => ADDONS.map((name) => paths[name]);

const ownSources = ({ root }) =>
  ['stderr.cc', 'pooling.cc'].map((name) => join(root, 'src/engine/native', name));
const bindingSources = ({ tfjs }) =>
  ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(tfjs, 'binding', name));

function againstTensorFlow(wheel, sources) {
  const [cc, framework] = libraries(wheel);
  return [`-I${join(wheel, 'include')}`, ...sources, cc, framework, `-Wl,-rpath,${wheel}`];
}

/**
 * Loads the addon and our kernel's in a process of their own, so that a crash in them is only an answer; multiplies two
 * matrices and pools a gradient.
 */
export async function checkAddon({ node, tool }, path, poolingPath) {
  const { stdout } = await tool(node, [CHECK, path, poolingPath], {
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
