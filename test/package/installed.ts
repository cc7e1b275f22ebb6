/** convlab as npm installs it from its tarball, in an empty folder, and what is run there. */
import { execFileSync, spawn, spawnSync, type ChildProcess, type StdioOptions } from 'node:child_process';
import { chmodSync, copyFileSync, linkSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { ended, ROOT } from '../setup/scripts';

const CLI = 'dist/cli/main.js';

/** The paths of an installation. */
export interface Installed {
  folder: string;
  modules: string;
  convlab: string;
}

/** Packs, and lays the package out as npm does: the package itself, beside it what it depends on, and its command. */
export function install(folder: string): Installed {
  const modules = join(folder, 'node_modules');
  const convlab = join(modules, 'convlab');
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const shell = process.platform === 'win32';
  const options = { cwd: ROOT, shell, stdio: ['ignore', 'pipe', 'ignore'] as ['ignore', 'pipe', 'ignore'] };
  const told = execFileSync('npm', pack, { ...options, encoding: 'utf8' });
  const [{ filename }] = JSON.parse(told) as [{ filename: string }];
  mkdirSync(convlab, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', convlab]);
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.')) copyByLinks(join(ROOT, 'node_modules', name), join(modules, name));
  }
  mkdirSync(join(modules, '.bin'));
  symlinkSync(join('../convlab', CLI), join(modules, '.bin/convlab'));
  chmodSync(join(convlab, CLI), 0o755);
  return { folder, modules, convlab };
}

/** A copy that takes no room and no time: where submissions are graded, what a symbolic link leads to is not there. */
function copyByLinks(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyByLinks(source, target);
    else linkOrCopy(source, target);
  }
}

/** Another disk takes no link, and some systems none to another user's file. */
function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
}

/**
 * Python's environment as `npx convlab setup` makes it in the cache, but for its packages, which are the checkout's;
 * gives the cache's folder. The kernel is not told to Jupyter yet.
 */
export function withPython({ folder }: Installed): string {
  const cache = join(folder, 'cache-with-python');
  const venv = join(cache, 'jupyter/.venv');
  linkAll(join(ROOT, '.venv'), venv, ['share']);
  linkAll(join(ROOT, '.venv/share'), join(venv, 'share'), ['jupyter']);
  linkAll(join(ROOT, '.venv/share/jupyter'), join(venv, 'share/jupyter'), ['kernels']);
  return cache;
}

function linkAll(from: string, to: string, but: readonly string[]): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (!but.includes(name)) symlinkSync(join(from, name), join(to, name));
  }
}

/** Nothing of the checkout, and no network. */
export function environment({ folder }: Installed, cache = join(folder, 'cache')): NodeJS.ProcessEnv {
  const npm = { npm_config_offline: 'true', npm_config_update_notifier: 'false' };
  const convlab = { CONVLAB_CACHE: cache, CONVLAB_OFFLINE: '1', CONVLAB_ENGINE: 'wasm' };
  // the Node that runs the tests, which need not be the first one on PATH
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  return { PATH, HOME: folder, ...npm, ...convlab };
}

/** Runs Node in the folder, to its end. */
export function run(installed: Installed, args: string[], env = environment(installed)) {
  return spawnSync(process.execPath, args, { cwd: installed.folder, env, encoding: 'utf8' });
}

/** Runs `npx convlab …` in the folder, to its end. */
export function convlab(installed: Installed, args: string[], env = environment(installed)) {
  const shell = process.platform === 'win32';
  return spawnSync('npx', ['convlab', ...args], { cwd: installed.folder, env, encoding: 'utf8', shell });
}

/** Starts `npx convlab …`, for what does not end by itself. */
export function started(installed: Installed, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
  return spawn('npx', ['convlab', ...args], { cwd: installed.folder, env, stdio, detached: true });
}

/** Ends it as Ctrl-C does: by a signal to all that the command has started. */
export async function interrupted(child: ChildProcess): Promise<void> {
  const end = ended(child);
  process.kill(-child.pid!, 'SIGINT');
  await end;
}
