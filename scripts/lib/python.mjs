/** Finds a Python that TensorFlow's wheels and JupyterLab accept. */
import { run } from './processes.mjs';
import { which } from './files.mjs';

export const OLDEST = '3.10';
export const NEWEST = '3.13';
const NAMES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
// inside a virtual environment (perhaps the one about to be replaced) the interpreter it was made from is meant
const PROBE = `import sys, venv, ensurepip
print("%d.%d" % sys.version_info[:2])
print(getattr(sys, "_base_executable", None) or sys.executable)`;

/** True for a version from OLDEST to NEWEST, such as '3.12'. */
export function isSuitable(version) {
  const [major, minor] = version.split('.').map(Number);
  return major === 3 && minor >= 10 && minor <= 13;
}

/**
 * The first suitable interpreter: `CONVLAB_PYTHON` alone if set, else the usual names along PATH.
 * @returns {Promise<{ path: string, version: string } | { problem: string }>}
 */
export async function findPython(env = process.env) {
  const asked = env.CONVLAB_PYTHON;
  const refused = [];
  for (const name of asked ? [asked] : NAMES) {
    const path = which(name, env);
    if (!path) continue;
    const found = await probe(path, env);
    if ('version' in found) return found;
    refused.push(`${name} ${found.problem}`);
  }
  const source = asked ? `CONVLAB_PYTHON=${asked}` : 'PATH';
  const came = refused.length ? [...new Set(refused)].join(', ') : `no such program`;
  return { problem: `Python ${OLDEST} to ${NEWEST} is needed; ${source} gives: ${came}` };
}

async function probe(path, env) {
  const { code, stdout, output } = await run(path, ['-c', PROBE], { env, timeout: 20_000 });
  const [version, executable] = stdout.trim().split('\n');
  if (code === 0 && isSuitable(version ?? '') && executable) return { path: executable, version };
  if (/No module named '?(ensurepip|venv)/.test(output)) return { problem: 'lacks its venv module' };
  const told = code === 0 ? version : await oldVersion(path, env);
  return { problem: told ? `is ${told}` : 'does not run' };
}

/** Asks for the version in a way that even Python 2 understands. */
async function oldVersion(path, env) {
  const { code, output } = await run(path, ['--version'], { env, timeout: 20_000 });
  return code === 0 ? /Python (\d+\.\d+)/.exec(output)?.[1] : undefined;
}

/** An environment in which settings meant for another Python do not reach ours. */
export function pythonEnv(env = process.env) {
  const kept = { ...env, PYTHONNOUSERSITE: '1' };
  for (const name of ['PYTHONHOME', 'PYTHONPATH', 'PIP_USER', 'PIP_TARGET', 'PIP_PREFIX', 'VIRTUAL_ENV'])
    delete kept[name];
  return kept;
}

/** The version of the interpreter inside a virtual environment, or undefined if it does not start. */
export async function venvVersion(python, env = process.env) {
  const { code, stdout } = await run(
    python,
    ['-I', '-S', '-c', 'import sys; print("%d.%d" % sys.version_info[:2])'],
    {
      env,
      timeout: 20_000,
    },
  );
  return code === 0 ? stdout.trim() : undefined;
}
