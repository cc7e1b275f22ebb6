/** A JupyterLab of its own for the browser tests: its folders are scratch, its token is known. */
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { load, ROOT } from '../setup/scripts';

interface Layout {
  python: string;
  notebooks: string;
}

const { layout } = load('lib/layout.mjs') as { layout: (root: string) => Layout };
const { jupyterEnv } = load('lib/jupyter.mjs') as {
  jupyterEnv: (paths: Layout, env: NodeJS.ProcessEnv) => NodeJS.ProcessEnv;
};

const TOKEN = 'browser-tests';
const PATIENCE = 120_000;

export interface Lab {
  /** The address of a notebook, the token with it. */
  address(notebook: string): string;
  /** The folder that JupyterLab shows. */
  folder: string;
  stop(): Promise<void>;
}

/** Starts JupyterLab on a copy of the lessons; they run in fast mode on the synthetic data. */
export async function startLab(): Promise<Lab> {
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  const scratch = mkdtempSync(join(ROOT, 'out/lab-'));
  const folder = join(scratch, 'root');
  const paths = layout(ROOT);
  cpSync(paths.notebooks, join(folder, 'notebooks'), { recursive: true });
  const server = spawn(paths.python, ['-m', 'jupyterlab', ...settings(folder)], {
    cwd: folder,
    env: jupyterEnv(paths, { ...process.env, ...environment(scratch) }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = await address(server, join(scratch, 'runtime')).catch((error: unknown) => {
    server.kill('SIGKILL');
    throw error;
  });
  return {
    folder,
    address: (notebook) => `${url}lab/tree/${notebook}?token=${TOKEN}&reset`,
    stop: async () => {
      await ended(server);
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

function settings(folder: string): string[] {
  const root = process.getuid?.() === 0 ? ['--allow-root'] : [];
  return [
    '--no-browser',
    '--port=0',
    `--ServerApp.root_dir=${folder}`,
    `--IdentityProvider.token=${TOKEN}`,
    '--LabApp.expose_app_in_browser=True',
    ...root,
  ];
}

function environment(scratch: string): NodeJS.ProcessEnv {
  return {
    JUPYTER_RUNTIME_DIR: join(scratch, 'runtime'),
    JUPYTER_CONFIG_DIR: join(scratch, 'config'),
    JUPYTER_DATA_DIR: join(scratch, 'data'),
    JUPYTERLAB_SETTINGS_DIR: join(scratch, 'settings'),
    JUPYTERLAB_WORKSPACES_DIR: join(scratch, 'workspaces'),
    CONVLAB_FAST: '1',
    CONVLAB_OFFLINE: '1',
    CONVLAB_DATA: '',
    CONVLAB_CACHE: join(scratch, 'cache'),
  };
}

/** Waits for the file in which a running server tells its address. */
async function address(server: ChildProcess, runtime: string): Promise<string> {
  let said = '';
  server.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  for (const end = Date.now() + PATIENCE; Date.now() < end;) {
    if (server.exitCode !== null) throw new Error(`JupyterLab ended with ${server.exitCode}:\n${said}`);
    const url = announced(runtime);
    if (url !== undefined) return url;
    await new Promise((wait) => setTimeout(wait, 200));
  }
  throw new Error(`JupyterLab did not start within ${PATIENCE / 1000} s:\n${said}`);
}

function announced(runtime: string): string | undefined {
  try {
    const file = readdirSync(runtime).find((name) => /^jpserver-\d+\.json$/.test(name));
    return file && (JSON.parse(readFileSync(join(runtime, file), 'utf8')) as { url: string }).url;
  } catch {
    return undefined; // not there yet, or half written
  }
}

/** Ends the server, which ends its kernels first. */
async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const over = new Promise((done) => server.once('close', done));
  server.kill('SIGTERM');
  const timer = setTimeout(() => server.kill('SIGKILL'), 30_000);
  await over;
  clearTimeout(timer);
}
