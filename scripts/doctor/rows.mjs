/**
 * What the doctor looks at. Each check gives a row: 'ok'; 'note' for what lessons can do without; 'bad' for what
 * they cannot.
 */
import { accessSync, constants, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { freeBytes, named } from '../lib/errors.mjs';
import { exists, readJson } from '../lib/files.mjs';
import { cacheFolder, isInstalled } from '../lib/layout.mjs';
import { findCompiler, findGpu, hasNativeEngine, installCommand } from '../lib/machine.mjs';
import { isNodeSupported, OLDEST_NODE } from '../lib/node-version.mjs';
import { findPython, pythonEnv, venvVersion } from '../lib/python.mjs';
import { checkAddon } from '../setup/addon.mjs';
import { snapshotOf } from '../setup/compiler.mjs';
import { installedMatchesLock } from '../setup/npm-packages.mjs';

/** @typedef {{ name: string, status: 'ok' | 'note' | 'bad', what: string, mend: string }} Row */

const SETUP = 'npm run setup';
const row = (name, status, what, mend = '') => ({
  name,
  status,
  what,
  mend: status === 'ok' ? '' : named(mend),
});

export function nodeRow() {
  const good = isNodeSupported();
  const what = `${process.versions.node}${good ? '' : `; ${OLDEST_NODE} or newer is needed`}`;
  return row(
    'Node',
    good ? 'ok' : 'bad',
    what,
    'install Node 24 from https://nodejs.org (or: nvm install 24)',
  );
}

export function npmRow({ root }) {
  if (isInstalled(root)) return row('npm packages', 'ok', 'as npm has installed them');
  const good = installedMatchesLock(root);
  return row(
    'npm packages',
    good ? 'ok' : 'bad',
    good ? 'as in package-lock.json' : 'not as in package-lock.json',
    SETUP,
  );
}

export async function pythonRow({ paths, env }) {
  const version = await venvVersion(paths.python, pythonEnv(env));
  const whole = version && exists(join(sitePackages(paths, version), 'jupyterlab'));
  if (whole) return row('Python', 'ok', `${version} in .venv, with JupyterLab`);
  const found = await findPython(pythonEnv(env));
  if ('problem' in found)
    return row('Python', 'bad', found.problem, `${installCommand('python', env)}, then: ${SETUP}`);
  const state = exists(paths.venv) ? '.venv is broken' : 'no .venv yet';
  return row('Python', 'bad', `${found.version} (${found.path}); ${state}`, SETUP);
}

export function compilerRow({ env }) {
  const compiler = findCompiler(env);
  if (compiler) return row('C++ compiler', 'ok', compiler);
  return row('C++ compiler', 'note', 'none on PATH', `${installCommand('compiler', env)}, then: ${SETUP}`);
}

export function tensorflowRow({ paths }) {
  if (!hasNativeEngine())
    return row(
      'TensorFlow',
      'note',
      `no C++ library for ${process.platform} ${process.arch}`,
      'use Linux x64 or arm64',
    );
  const wheel = installedWheel(paths);
  return row('TensorFlow', wheel ? 'ok' : 'note', wheel ?? 'not installed', SETUP);
}

export async function addonRow(context) {
  if (!exists(context.paths.addon)) return row('native addon', 'note', 'not built', SETUP);
  try {
    const { version, gpu } = await checkAddon(context, context.paths.addon, context.paths.poolingAddon);
    return row('native addon', 'ok', `loads, TensorFlow ${version}${gpu ? ', sees the GPU' : ''}`);
  } catch (error) {
    return row('native addon', 'note', error.message, `rm ${context.paths.addon} && ${SETUP}`);
  }
}

export async function gpuRow({ env }) {
  const gpu = await findGpu(env);
  return row('GPU', 'ok', gpu ?? 'none (the CPU is used)');
}

/** The engine that `engine.ready()` would pick, from what the other rows say. */
export function engineRow({ paths, env }, rows) {
  const status = Object.fromEntries(rows.map(({ name, status }) => [name, status]));
  const has = {
    native: status['native addon'] === 'ok',
    wasm: hasPackage(paths, 'tfjs-backend-wasm'),
    cpu: hasPackage(paths, 'tfjs'),
  };
  const asked = env.CONVLAB_ENGINE;
  if (asked) {
    const good = has[asked] === true;
    const what = `${asked}, as CONVLAB_ENGINE says${good ? '' : '; it is not there'}`;
    return row(
      'engine',
      good ? 'ok' : 'bad',
      what,
      asked in has ? SETUP : 'unset CONVLAB_ENGINE (it may be native, wasm or cpu)',
    );
  }
  const picked = ['native', 'wasm', 'cpu'].find((name) => has[name]);
  if (!picked) return row('engine', 'bad', 'none', SETUP);
  return row(
    'engine',
    picked === 'native' ? 'ok' : 'note',
    picked,
    'see the rows above for the native engine',
  );
}

export function kernelRow({ paths }) {
  const argv = readJson(paths.kernelspec)?.argv;
  if (!Array.isArray(argv)) return row('kernel', 'bad', 'kernelspec convlab is not installed', SETUP);
  const absent = argv.slice(0, 2).find((path) => !exists(path));
  if (absent) return row('kernel', 'bad', `kernelspec convlab names ${absent}, which is not there`, SETUP);
  if (!hasSnapshot(paths)) return row('kernel', 'note', 'kernelspec convlab; starts slowly', SETUP);
  return row('kernel', 'ok', 'kernelspec convlab');
}

function hasSnapshot(paths) {
  try {
    return exists(snapshotOf(paths));
  } catch {
    return false;
  }
}

const DATA_SETS = {
  ascent: 'ascent/ascent.dat',
  MNIST: 'mnist/train-images-idx3-ubyte.gz',
  SIGNS: 'signs/train_signs.h5',
  'horse or human': 'horse-or-human.zip',
  'happy or sad': 'happy-or-sad.zip',
};

/** One row a data set; an absent one is no fault. */
export function dataRows({ env }) {
  const folders = [env.CONVLAB_DATA && resolve(env.CONVLAB_DATA), cacheFolder(env)].filter(Boolean);
  return Object.entries(DATA_SETS).map(([name, file]) => {
    const found = folders.map((folder) => join(folder, file)).find(exists);
    return row(
      `data: ${name}`,
      'ok',
      found ?? 'not here: downloaded when asked for, else its synthetic twin is used',
    );
  });
}

export function cacheRow({ env }) {
  const folder = cacheFolder(env);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return row('cache', 'ok', folder);
  } catch (error) {
    return row(
      'cache',
      'note',
      `cannot write to ${folder} (${error.code})`,
      'set CONVLAB_CACHE to a folder that can be written',
    );
  }
}

const NEEDED = 2e9;

export function diskRow({ paths: { home } }) {
  const free = freeBytes(home);
  const what = `${(free / 1e9).toFixed(1)} GB free at ${home}`;
  return row('disk', free > NEEDED ? 'ok' : 'note', what, 'make room: a set-up takes about 4 GB');
}

function sitePackages(paths, version) {
  return process.platform === 'win32'
    ? join(paths.venv, 'Lib/site-packages')
    : join(paths.venv, `lib/python${version}/site-packages`);
}

const hasPackage = (paths, name) => exists(join(paths.nodeModules, '@tensorflow', name, 'package.json'));

/** Name and version of TensorFlow's wheel, from its metadata. */
function installedWheel(paths) {
  const library = readJson(join(paths.state, 'tensorflow.json'))?.wheel;
  const names = library && exists(library) ? readdirSync(dirname(library)) : [];
  const found = names.map((name) => /^(tensorflow(?:_cpu)?)-(.+)\.dist-info$/.exec(name)).find(Boolean);
  return found && `${found[2]} (${found[1] === 'tensorflow' ? 'with CUDA' : 'for the CPU'})`;
}
