/** The environment in which Jupyter's programs run: our kernelspec is found, nobody is called. */
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonEnv } from './python.mjs';

// our settings for JupyterLab: loopback only, no fetching of news, documentation beside completions
const SETTINGS = fileURLToPath(new URL('../jupyter', import.meta.url));

/**
 * @param {ReturnType<import('./layout.mjs').layout>} paths
 * @param {NodeJS.ProcessEnv} env
 */
export function jupyterEnv(paths, env = process.env) {
  const ours = join(paths.venv, 'share/jupyter');
  return {
    ...pythonEnv(env),
    JUPYTER_PATH: [ours, env.JUPYTER_PATH].filter(Boolean).join(delimiter),
    JUPYTER_CONFIG_PATH: [SETTINGS, env.JUPYTER_CONFIG_PATH].filter(Boolean).join(delimiter),
    JUPYTER_PLATFORM_DIRS: '1',
    PYTHONIOENCODING: 'utf-8',
    PYTHONUTF8: '1',
  };
}
