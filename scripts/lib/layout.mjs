/** Where the project keeps what the scripts make or look for; every module takes its paths from here. */
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const windows = process.platform === 'win32';

/** True where convlab is not a checkout, but a package that npm has installed. */
export const isInstalled = (root = ROOT) => basename(dirname(root)) === 'node_modules';

/**
 * The paths of one checkout. An installed package keeps its `.venv` in the user's cache, and its npm packages lie where
 * npm has put them.
 * @param {string} root the checkout's root
 */
export function layout(root = ROOT) {
  const home = isInstalled(root) ? join(cacheFolder(), 'jupyter') : root;
  const packages = isInstalled(root) ? dirname(root) : join(root, 'node_modules');
  const venv = join(home, '.venv');
  const bin = join(venv, windows ? 'Scripts' : 'bin');
  const tfjs = join(packages, '@tensorflow/tfjs-node-gpu');
  return {
    root,
    home,
    state: join(home, '.setup'),
    nodeModules: packages,
    venv,
    bin,
    python: join(bin, windows ? 'python.exe' : 'python'),
    kernelspec: join(venv, 'share/jupyter/kernels/convlab/kernel.json'),
    kernel: join(root, 'dist/kernel/main.js'),
    dist: join(root, 'dist'),
    notebooks: join(root, 'notebooks'),
    lessons: join(root, 'out/lessons'),
    tfjs,
    addon: join(tfjs, 'lib/napi-v8/tfjs_binding.node'),
    quietAddon: join(tfjs, 'lib/napi-v8/convlab_stderr.node'),
    poolingAddon: join(tfjs, 'lib/napi-v8/convlab_pooling.node'),
    plotly: join(packages, 'plotly.js-dist-min/plotly.min.js'),
  };
}

/** The folder where downloaded data sets are kept: `CONVLAB_CACHE`, or the system's place for caches. */
export function cacheFolder(env = process.env, platform = process.platform, home = homedir()) {
  if (env.CONVLAB_CACHE) return resolve(env.CONVLAB_CACHE);
  if (platform === 'darwin') return join(home, 'Library/Caches/convlab');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData/Local'), 'convlab');
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'convlab');
}
