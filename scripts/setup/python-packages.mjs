/** Step 2: `.venv` with JupyterLab and what tests and lessons need, in the versions of requirements.txt. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { contents, which } from '../lib/files.mjs';
import { installCommand } from '../lib/machine.mjs';
import { findPython, pythonEnv, venvVersion } from '../lib/python.mjs';
import { LeftOut } from './context.mjs';

const PROOF = 'import ipykernel, jupyterlab, nbclient, nbconvert, nbformat, numpy, plotly, zmq';

/** Arguments for pip that hold for every install. */
export const PIP_INSTALL = [
  '-I',
  '-m',
  'pip',
  'install',
  '--quiet',
  '--no-input',
  '--disable-pip-version-check',
];

/** @type {import('./context.mjs').Step} */
export const pythonPackages = {
  name: 'python',
  title: 'Python packages (.venv)',
  loss: 'no JupyterLab, the engine is WASM',

  async plan(context) {
    const { root, paths, env, stamps } = context;
    const stamp = stamps.read('python');
    const plan = {
      inputs: [...contents([join(root, 'requirements.txt')]), root],
      products: stamp ? productsOf(paths.venv, stamp.version) : [],
      broken: stamp && (await whyBroken(context, stamp)),
    };
    if (!plan.broken && stamps.isFresh('python', plan.inputs, plan.products)) return plan;
    const found = await findPython(pythonEnv(env));
    if ('path' in found) return { ...plan, found };
    return {
      ...plan,
      missing: { what: found.problem, mend: `${installCommand('python', env)}, then: npm run setup` },
    };
  },

  async perform({ root, paths, env, tool }, { found }) {
    const clean = pythonEnv(env);
    rmSync(paths.venv, { recursive: true, force: true });
    await tool(found.path, ['-m', 'venv', paths.venv], {
      env: clean,
      writes: paths.venv,
      fail: (details) =>
        new LeftOut(`${found.path} could not make .venv`, {
          details,
          mend: `${installCommand('python', env)}, then: npm run setup`,
        }),
    });
    await tool(paths.python, [...PIP_INSTALL, '-r', join(root, 'requirements.txt')], {
      env: clean,
      writes: paths.venv,
      fail: (details) =>
        new LeftOut('pip could not install the packages of requirements.txt', {
          details,
          mend: 'check the connection to the Python package index, then: npm run setup',
        }),
    });
    await tool(paths.python, ['-I', '-c', PROOF], {
      env: clean,
      fail: (details) =>
        new LeftOut('.venv was made, but its packages do not import', {
          details,
          mend: 'rm -rf .venv && npm run setup',
        }),
    });
    const facts = { version: found.version, interpreter: found.path };
    return { note: `Python ${found.version} from ${found.path}`, facts };
  },
};

function productsOf(venv, version) {
  const packages = join(venv, `lib/python${version}/site-packages`);
  return process.platform === 'win32'
    ? [venv]
    : ['jupyterlab', 'nbclient', 'plotly', 'zmq'].map((name) => join(packages, name));
}

/** Why a .venv that once was good no longer is, or undefined. */
async function whyBroken({ paths, env }, stamp) {
  const asked = env.CONVLAB_PYTHON && which(env.CONVLAB_PYTHON, env);
  if (asked && asked !== stamp.interpreter) {
    const found = await findPython(pythonEnv(env));
    if (found.path && found.path !== stamp.interpreter) return `CONVLAB_PYTHON asks for ${found.path}`;
  }
  const version = await venvVersion(paths.python, pythonEnv(env));
  return version === stamp.version
    ? undefined
    : `its interpreter ${version ? `is now Python ${version}` : 'does not start'}`;
}
