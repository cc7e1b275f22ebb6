/** The parts of `scripts/` under test, with the types that plain JavaScript modules do not carry. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll } from 'vitest';

export const ROOT = resolve(__dirname, '../..');
export const SCRIPTS = join(ROOT, 'scripts');

/** Loads a module of `scripts/`. */
export function load(name: string): unknown {
  return createRequire(__filename)(join(SCRIPTS, name));
}

const scratched: string[] = [];
// Once for the file: a test that runs can no longer ask for it.
afterAll(() => {
  for (const folder of scratched) {
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A folder that is removed when the file's tests are over. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'convlab-test-'));
  scratched.push(folder);
  return folder;
}

/** Writes a file, its folders first. */
export function put(path: string, text = ''): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Puts a shell script under a command's name. */
export function fakeCommand(folder: string, name: string, script: string): string {
  const path = put(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Copies our scripts into `folder`, so that they take it for the project. */
export function copyScripts(folder: string): void {
  cpSync(SCRIPTS, join(folder, 'scripts'), { recursive: true });
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

/** Runs node on a file to its end. */
export function runNode(
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Ended> {
  return ended(spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** Waits for a child and keeps what it says. */
export function ended(child: ChildProcess): Promise<Ended> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => done({ code, signal, output }));
  });
}

/** Waits until something holds. */
export async function until(holds: () => boolean, milliseconds = 10_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not so after ${milliseconds} ms`);
    await new Promise((wait) => setTimeout(wait, 20));
  }
}

/** True while a process runs; a zombie has ended, its parent has only not taken note yet. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

export interface Stamps {
  read(name: string): { hash: string } | undefined;
  isFresh(name: string, inputs: string[], products: string[]): boolean;
  clear(name: string): void;
  write(name: string, inputs: string[], facts?: object): void;
}

export interface Plan {
  inputs: string[];
  products: string[];
  broken?: string;
  adopt?: boolean;
  missing?: { what: string; mend: string; follows?: boolean };
}

export interface Context {
  root: string;
  stamps: Stamps;
  paths: Record<
    'venv' | 'python' | 'state' | 'addon' | 'quietAddon' | 'kernelspec' | 'tfjs' | 'dist' | 'nodeModules',
    string
  >;
}

export interface Step {
  name: string;
  title: string;
  loss?: string;
  plan(context: Context): Promise<Plan>;
  perform(context: Context, plan: Plan): Promise<{ note?: string; facts?: object }>;
}

/** A progress that keeps its lines. */
export function quietProgress(): { lines: string[]; progress: object } {
  const lines: string[] = [];
  const progress = {
    line: (text: string) => lines.push(text),
    step: async (title: string, action: () => Promise<unknown>) => {
      lines.push(title);
      return action();
    },
  };
  return { lines, progress };
}

export interface SetupModule {
  setUp: (options: object, steps?: Step[]) => Promise<{ states: Record<string, string>; changed: boolean }>;
}

export interface ContextModule {
  createContext: (options: object) => Context;
  LeftOut: new (message: string, more?: object) => Error;
}
