/** What the set-up makes of machines that lack something, or have it broken. */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyScripts, fakeCommand, load, put, quietProgress, ROOT, runNode, scratch } from './scripts';
import type { Context, ContextModule, Step } from './scripts';

interface PythonModule {
  findPython: (env: NodeJS.ProcessEnv) => Promise<{ path: string; version: string } | { problem: string }>;
  isSuitable: (version: string) => boolean;
}

const { findPython, isSuitable } = load('lib/python.mjs') as PythonModule;
const { pythonPackages } = load('setup/python-packages.mjs') as { pythonPackages: Step };
const { addon } = load('setup/addon.mjs') as { addon: Step };
const { createContext } = load('setup/context.mjs') as ContextModule;

/** A stand-in for python3 that says it has this version. */
function fakePython(folder: string, name: string, version: string): string {
  return fakeCommand(
    folder,
    name,
    `[ "$1" = --version ] && echo "Python ${version}.1" || printf '${version}\\n/fake/${name}\\n'`,
  );
}

describe('the search for Python', () => {
  it.each(['3.10', '3.11', '3.12', '3.13'])('accepts %s', (version) =>
    expect(isSuitable(version)).toBe(true),
  );
  it.each(['2.7', '3.8', '3.9', '3.14', '4.10'])('refuses %s', (version) =>
    expect(isSuitable(version)).toBe(false),
  );

  it('says so where there is none', async () => {
    expect(await findPython({ PATH: scratch() })).toEqual({
      problem: 'Python 3.10 to 3.13 is needed; PATH gives: no such program',
    });
  });

  it('names an old one and a broken one', async () => {
    const bin = scratch();
    fakePython(bin, 'python3', '3.8');
    fakeCommand(bin, 'python', 'exit 1');
    expect(await findPython({ PATH: bin })).toEqual({
      problem: 'Python 3.10 to 3.13 is needed; PATH gives: python3 is 3.8, python does not run',
    });
  });

  it('says which part a distribution has left out', async () => {
    const bin = scratch();
    fakeCommand(bin, 'python3', `echo "ModuleNotFoundError: No module named 'ensurepip'" >&2; exit 1`);
    expect(await findPython({ PATH: bin })).toMatchObject({
      problem: expect.stringContaining('lacks its venv module') as string,
    });
  });

  it('passes over an old python3 for a newer one beside it', async () => {
    const bin = scratch();
    fakePython(bin, 'python3', '3.9');
    fakePython(bin, 'python3.12', '3.12');
    expect(await findPython({ PATH: bin })).toEqual({ path: '/fake/python3.12', version: '3.12' });
  });

  it('takes CONVLAB_PYTHON and nothing else', async () => {
    const bin = scratch();
    const old = fakePython(join(bin, 'elsewhere'), 'python3', '3.9');
    fakePython(bin, 'python3', '3.11');
    const found = await findPython({ PATH: bin, CONVLAB_PYTHON: old });
    expect(found).toEqual({
      problem: `Python 3.10 to 3.13 is needed; CONVLAB_PYTHON=${old} gives: ${old} is 3.9`,
    });
  });
});

/** A project whose .venv was set up and verified. */
function projectWithVenv(): Context {
  const root = scratch();
  put(join(root, 'requirements.txt'), 'a==1\n');
  const bin = scratch();
  fakePython(bin, 'python3', '3.12');
  const context = createContext({ root, env: { PATH: bin }, progress: quietProgress().progress });
  fakeCommand(join(context.paths.venv, 'bin'), 'python', 'echo 3.12');
  for (const name of ['jupyterlab', 'nbclient', 'plotly', 'zmq']) {
    mkdirSync(join(context.paths.venv, 'lib/python3.12/site-packages', name), { recursive: true });
  }
  return context;
}

async function stamped(): Promise<Context> {
  const context = projectWithVenv();
  const { inputs } = await pythonPackages.plan(context);
  context.stamps.write('python', inputs, { version: '3.12', interpreter: '/fake/python3' });
  return context;
}

async function isFresh(context: Context): Promise<boolean> {
  const plan = await pythonPackages.plan(context);
  return plan.broken === undefined && context.stamps.isFresh('python', plan.inputs, plan.products);
}

describe('the .venv', () => {
  it('is trusted once verified, and not before', async () => {
    expect(await isFresh(projectWithVenv())).toBe(false);
    expect(await isFresh(await stamped())).toBe(true);
  });

  it('is made again when its interpreter is gone, dangles, does not start or changes', async () => {
    for (const script of ['exit 127', 'echo 3.11']) {
      const context = await stamped();
      fakeCommand(join(context.paths.venv, 'bin'), 'python', script);
      expect(await isFresh(context)).toBe(false);
    }
    const context = await stamped();
    rmSync(context.paths.python);
    expect((await pythonPackages.plan(context)).broken).toBe('its interpreter does not start');
    symlinkSync('/nowhere/python3', context.paths.python);
    expect((await pythonPackages.plan(context)).broken).toBe('its interpreter does not start');
  });

  it('is made again when requirements.txt changes', async () => {
    const context = await stamped();
    put(join(context.root, 'requirements.txt'), 'a==2\n');
    expect(await isFresh(context)).toBe(false);
  });
});

describe('the addon without a compiler', () => {
  it('is left out, with the command that mends it', async () => {
    const root = scratch();
    const context = createContext({ root, env: { PATH: scratch() }, progress: quietProgress().progress });
    context.stamps.write('tensorflow', [], { wheel: join(root, 'wheel') });
    expect((await addon.plan(context)).missing).toEqual({
      what: 'no C++ compiler (c++, g++ or clang++) on PATH',
      mend: 'install a C++17 compiler (g++ or clang++), then: npm run setup',
    });
  });

  it('is left out when the compiler fails, with its last words', async () => {
    const bin = scratch();
    fakeCommand(bin, 'c++', 'echo "fatal error: no such header"; exit 1');
    const root = scratch();
    const context = createContext({ root, env: { PATH: bin }, progress: quietProgress().progress });
    context.stamps.write('tensorflow', [], { wheel: join(root, 'wheel') });
    const failure = addon.perform(context, await addon.plan(context));
    await expect(failure).rejects.toMatchObject({
      message: 'c++ could not compile the binding',
      details: 'fatal error: no such header',
    });
    expect(existsSync(context.paths.addon)).toBe(false);
  });
});

/** Links the npm packages one by one, but for the one that the set-up writes into: that is the project's own. */
function linkPackages(root: string): void {
  const link = (folder: string, except: string) => {
    mkdirSync(join(root, folder), { recursive: true });
    for (const name of readdirSync(join(ROOT, folder))) {
      if (name !== except) symlinkSync(join(ROOT, folder, name), join(root, folder, name));
    }
  };
  link('node_modules', '@tensorflow');
  link('node_modules/@tensorflow', 'tfjs-node-gpu');
  put(join(root, 'node_modules/@tensorflow/tfjs-node-gpu/package.json'), '{}');
}

/** A small project with our scripts, and our npm packages if asked for. */
function smallProject(withPackages: boolean): string {
  const root = scratch();
  copyScripts(root);
  for (const name of [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'requirements.txt',
  ]) {
    cpSync(join(ROOT, name), join(root, name));
  }
  put(join(root, 'src/index.ts'), 'export const one = 1;\n');
  if (withPackages) linkPackages(root);
  return root;
}

describe('the whole set-up', () => {
  it('succeeds without Python and compiler: one line each says what mends it, the engine is WASM', async () => {
    const root = smallProject(true);
    const env = { PATH: scratch(), HOME: root };
    const old = put(join(root, 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node'));
    const { code, output } = await runNode([join(root, 'scripts/setup.mjs')], { env });
    expect(output).toContain(
      'Python packages (.venv): left out (no JupyterLab, the engine is WASM), Python 3.10 to 3.13 is needed; PATH gives: no such program. To mend: ',
    );
    expect(output.match(/left out/g)).toHaveLength(1);
    expect(output).toContain('engine: WASM');
    expect(code).toBe(0);
    expect(existsSync(join(root, 'dist/index.js'))).toBe(true);
    expect(existsSync(old), 'an addon whose library is not there').toBe(false);

    const again = await runNode([join(root, 'scripts/setup.mjs')], { env });
    expect(again.output).toContain('set-up is up to date');
  });

  it('stops with a clear word where npm packages cannot be had', async () => {
    const root = smallProject(false);
    const env = {
      ...process.env,
      npm_config_registry: 'http://127.0.0.1:9',
      npm_config_fetch_retries: '0',
      npm_config_cache: scratch(),
    };
    const { code, output } = await runNode([join(root, 'scripts/setup.mjs')], { env });
    expect(output).toContain('error: npm could not install the packages of package-lock.json');
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
    expect(existsSync(join(root, '.setup/npm.json'))).toBe(false);
  });

  it('names a source that does not compile, and does not trust the result', async () => {
    const root = smallProject(true);
    put(join(root, 'src/index.ts'), 'export const one: string = 1;\n');
    const { code, output } = await runNode([join(root, 'scripts/setup.mjs')], { env: { PATH: scratch() } });
    expect(output).toContain('src/index.ts(1,14): error TS2322');
    expect(code).toBe(1);
    expect(existsSync(join(root, '.setup/build.json'))).toBe(false);
  });

  it('names the folder it cannot write to', async () => {
    const root = smallProject(true);
    put(join(root, '.setup'), 'a file where a folder should be');
    const { code, output } = await runNode([join(root, 'scripts/setup.mjs')], { env: { PATH: scratch() } });
    expect(output).toContain(join(root, '.setup'));
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });
});

interface Report {
  healthy: boolean;
  rows: { name: string; status: string; what: string; mend: string }[];
}

describe('the doctor', () => {
  it('runs where nothing is there, and gives the command for each thing that lessons need', async () => {
    const root = scratch();
    copyScripts(root);
    const env = { PATH: scratch(), HOME: root };
    const { code, output } = await runNode([join(root, 'scripts/doctor.mjs'), '--json'], { env });
    const { healthy, rows } = JSON.parse(output) as Report;
    expect([code, healthy]).toEqual([1, false]);
    const bad = rows.filter(({ status }) => status === 'bad').map(({ name }) => name);
    expect(bad).toEqual(['npm packages', 'Python', 'engine', 'kernel']);
    for (const { status, mend } of rows) if (status !== 'ok') expect(mend).not.toBe('');
    expect(rows.find(({ name }) => name === 'data: ascent')?.what).toContain('synthetic twin is used');
  });

  it('says in its table whether lessons can run', async () => {
    const root = scratch();
    copyScripts(root);
    const { output } = await runNode([join(root, 'scripts/doctor.mjs')], {
      env: { PATH: scratch(), HOME: root },
    });
    expect(output).toMatch(/^✓ {2}Node +\d+\.\d+\.\d+$/m);
    expect(output).toMatch(/^✗ {2}npm packages +not as in package-lock\.json\n +to mend: npm run setup$/m);
    expect(output).toContain('Lessons cannot run yet');
  });

  it('finds data sets in CONVLAB_DATA and an engine that is asked for but not there', async () => {
    const root = scratch();
    copyScripts(root);
    const file = put(join(root, 'data/ascent/ascent.dat'));
    const env = { PATH: scratch(), HOME: root, CONVLAB_DATA: join(root, 'data'), CONVLAB_ENGINE: 'quantum' };
    const { rows } = JSON.parse(
      (await runNode([join(root, 'scripts/doctor.mjs'), '--json'], { env })).output,
    ) as Report;
    expect(rows.find(({ name }) => name === 'data: ascent')?.what).toBe(file);
    expect(rows.find(({ name }) => name === 'engine')).toMatchObject({
      status: 'bad',
      mend: 'unset CONVLAB_ENGINE (it may be native, wasm or cpu)',
    });
  });

  it('refuses an option it does not know, without a stack trace', async () => {
    const { code, output } = await runNode([join(ROOT, 'scripts/doctor.mjs'), '--nonsense']);
    expect(output).toBe("error: Unknown option '--nonsense'\n  mend: npm run doctor -- --help\n");
    expect(code).toBe(1);
  });
});
