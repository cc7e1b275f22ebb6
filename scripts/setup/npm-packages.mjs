/** Step 1: the npm packages of the lock file, no install script run. */
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError, diskErrorIn } from '../lib/errors.mjs';
import { contents, exists, readJson, which } from '../lib/files.mjs';

/** @type {import('./context.mjs').Step} */
export const npmPackages = {
  name: 'npm',
  title: 'npm packages',

  async plan({ root, paths }) {
    const matches = installedMatchesLock(root);
    return {
      inputs: [...contents([join(root, 'package-lock.json')]), process.platform, process.arch],
      products: [join(paths.nodeModules, '.package-lock.json')],
      broken: matches ? undefined : 'node_modules differs from package-lock.json',
      adopt: matches,
    };
  },

  async perform({ root, env, node, paths, tool }) {
    if (!exists(join(root, 'package-lock.json'))) {
      throw new UserError(`package-lock.json is not there (looked in ${root})`, {
        mend: 'git checkout package-lock.json',
      });
    }
    const [command, ...args] = npmCommand(env, node);
    await tool(command, [...args, 'ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'], {
      writes: paths.nodeModules,
      fail: (details) =>
        new UserError('npm could not install the packages of package-lock.json', {
          details,
          mend: 'check the connection to the npm registry, then: npm ci --ignore-scripts',
        }),
    });
    if (!installedMatchesLock(root)) {
      // on a full disk npm may end well all the same
      const full = diskErrorIn('', paths.nodeModules);
      if (full) throw full;
      throw new UserError('npm reported success, yet node_modules differs from package-lock.json', {
        mend: 'rm -rf node_modules && npm ci --ignore-scripts',
      });
    }
    return {};
  },
};

/** npm's own program run by our node, where it can be found; else the command on PATH. */
export function npmCommand(env, node) {
  const candidates = [
    /npm-cli\.js$/.test(env.npm_execpath ?? '') ? env.npm_execpath : '',
    join(dirname(node), 'node_modules/npm/bin/npm-cli.js'),
    join(dirname(node), '../lib/node_modules/npm/bin/npm-cli.js'),
  ];
  const script = candidates.find((path) => path && exists(path));
  if (script) return [node, script];
  const command = which('npm', env);
  if (command) return [command];
  throw new UserError('npm is not on PATH', { mend: 'install Node.js with npm from https://nodejs.org' });
}

/** True if every package of the lock is installed in its version; npm writes its own list last, when all is in place. */
export function installedMatchesLock(root) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const installed = readJson(join(root, 'node_modules/.package-lock.json'))?.packages;
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (path === '' || link) return true;
    if (!installed[path]) return optional === true;
    return installed[path].version === version && isFile(join(root, path, 'package.json'));
  });
}

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
