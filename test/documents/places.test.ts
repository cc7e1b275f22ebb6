/**
 * The files that start the project elsewhere: they are read, not built. What they call must be there, nobody is root, and
 * the token stays on.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, ROOT } from '../setup/scripts';

const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const { isNodeSupported } = load('lib/node-version.mjs') as { isNodeSupported: (version: string) => boolean };
const { isSuitable } = load('lib/python.mjs') as { isSuitable: (version: string) => boolean };

const FILES = [
  '.devcontainer/devcontainer.json',
  '.binder/environment.yml',
  '.binder/postBuild',
  'Dockerfile',
];

describe.each(FILES)('%s', (file) => {
  const text = read(file);

  it('leaves the token and the password alone', () => {
    expect(text).not.toMatch(/(?:token|password)["' ]*[=:]|disable_check_xsrf|allow_unauthenticated/i);
  });

  it('calls what is there', () => {
    const npm = [...text.matchAll(/npm (?:run ([\w:-]+)|(start|test)\b)/g)].map(
      ([, run, short]) => run || short,
    );
    expect(npm.filter((name) => !(name in scripts))).toEqual([]);
    const files = [...text.matchAll(/\bnode ([\w./-]+\.m?js)/g)].map(([, path]) => path);
    expect(files.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('Dockerfile', () => {
  /** The instructions, each on one line. */
  const instructions = read('Dockerfile')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => /^(\w+)\s+(.*)$/.exec(line)!.slice(1) as [name: string, rest: string]);
  const place = (name: string, rest: RegExp) =>
    instructions.findIndex(([each, text]) => each === name && rest.test(text));

  it('begins with a Node that we support', () => {
    const [[name, image]] = instructions;
    expect(name).toBe('FROM');
    expect(isNodeSupported(`${/^node:(\d+)-/.exec(image)![1]}.99.0`)).toBe(true);
  });

  it('is no longer root when it runs what is ours, and stays so', () => {
    const users = instructions.filter(([name]) => name === 'USER').map(([, user]) => user);
    expect(users).toEqual(['node']);
    expect(place('USER', /node/)).toBeLessThan(place('RUN', /npm run setup/));
    expect(place('USER', /node/)).toBeLessThan(place('CMD', /./));
    expect(instructions[place('COPY', /./)][1]).toContain('--chown=node:');
  });

  it('installs what the set-up wants of the system', () => {
    const [, packages] = instructions[place('RUN', /apt-get install/)];
    for (const name of ['python3', 'python3-venv', 'g++']) expect(packages.split(' ')).toContain(name);
  });

  it('starts JupyterLab, to be reached from outside the container', () => {
    const command = JSON.parse(instructions[place('CMD', /./)][1]) as string[];
    expect(command).toEqual(['npm', 'start', '--', '--no-browser', '--ip=0.0.0.0']);
  });

  it('takes nothing along that was made on this machine', () => {
    const ignored = read('.dockerignore').trim().split('\n');
    for (const made of ['node_modules', 'dist', '.venv', '.setup', 'out']) expect(ignored).toContain(made);
  });
});

describe('.devcontainer/devcontainer.json', () => {
  const settings = JSON.parse(read('.devcontainer/devcontainer.json')) as {
    image: string;
    remoteUser: string;
    postCreateCommand: string;
    features: Record<string, { version: string }>;
    customizations: { vscode: { extensions: string[] } };
  };

  it('has Node and Python in versions that we support, and is not root', () => {
    expect(isNodeSupported(`${/:(\d+)-/.exec(settings.image)![1]}.99.0`)).toBe(true);
    expect(Object.values(settings.features).map(({ version }) => isSuitable(version))).toEqual([true]);
    expect(settings.remoteUser).toBe('node');
  });

  it('runs the set-up, and brings the extension that opens notebooks', () => {
    expect(settings.postCreateCommand).toBe('npm run setup');
    expect(settings.customizations.vscode.extensions).toContain('ms-toolsai.jupyter');
  });
});

describe('.binder', () => {
  it('has Node and Python in versions that we support', () => {
    const lines = read('.binder/environment.yml').split('\n');
    const at = (name: string) => lines.find((line) => line.startsWith(`  - ${name}=`))?.split('=')[1] ?? '';
    expect(isSuitable(at('python'))).toBe(true);
    expect(isNodeSupported(`${at('nodejs')}.99.0`)).toBe(true);
    expect(lines).toContain('  - cxx-compiler');
  });

  it.skipIf(process.platform === 'win32')(
    'has a postBuild that can be executed and stops at an error',
    () => {
      const path = join(ROOT, '.binder/postBuild');
      expect(statSync(path).mode & 0o111).toBe(0o111);
      expect(read('.binder/postBuild')).toMatch(/^#!\/usr\/bin\/env bash\n[\s\S]*^set -euo pipefail$/m);
      execFileSync('bash', ['-n', path]);
    },
  );

  it('calls our command as it wants to be called', () => {
    const [, command] = /^node dist\/cli\/main\.js (.*?) "/m.exec(read('.binder/postBuild'))!;
    expect(command).toBe('kernel install --prefix');
    const help = execFileSync(process.execPath, [
      join(ROOT, 'dist/cli/main.js'),
      'kernel',
      'install',
      '--help',
    ]);
    expect(help.toString()).toContain('--prefix <dir>');
  });
});
