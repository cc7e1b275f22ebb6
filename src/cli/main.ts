#!/usr/bin/env node
/** The `convlab` command. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { Command } from 'commander';
import { installKernelSpec, type InstallTarget } from '../kernel/kernelspec';
import { VERSION } from '../version';
import { dataCommand } from './data';

const program = new Command('convlab')
  .description('TypeScript in Jupyter, for convolutional networks')
  .version(VERSION);

const kernel = program.command('kernel').description('the Jupyter kernel');

kernel
  .command('install')
  .description('tell Jupyter about the kernel, so that JupyterLab and VS Code offer it')
  .option('--user', 'for the current user (the default)')
  .option('--prefix <dir>', 'into DIR/share/jupyter/kernels, such as the folder of a virtual environment')
  .action(({ user, prefix }: { user?: boolean; prefix?: string }) => {
    if (user && prefix !== undefined) program.error('error: expected --user or --prefix DIR, got both');
    const target: InstallTarget =
      prefix === undefined ? { kind: 'user' } : { kind: 'prefix', folder: prefix };
    console.log(installKernelSpec(target));
  });

program.addCommand(dataCommand());

/** Commands that are programs of their own in `scripts/`; what follows the command's name goes to them. */
const SCRIPTS: Readonly<Record<string, { script: string; description: string }>> = {
  setup: { script: 'setup.mjs', description: 'JupyterLab and the native engine: downloads Python packages' },
  grade: { script: 'grade.mjs', description: 'submissions of the exercises, with feedback beside each' },
  lab: { script: 'start.mjs', description: 'JupyterLab on a copy of the lessons in this folder' },
  doctor: { script: 'doctor.mjs', description: 'what is there, what is missing, and what mends it' },
};

for (const [name, { script, description }] of Object.entries(SCRIPTS)) {
  program
    .command(name)
    .description(description)
    .argument('[arguments...]')
    .allowUnknownOption()
    .helpOption(false)
    .action((args: string[]) => {
      const file = path.join(__dirname, '..', '..', 'scripts', script);
      const child = spawn(process.execPath, [file, ...args], { stdio: 'inherit' });
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
        process.on(signal, () => child.kill(signal));
      child.once('close', (code) => process.exit(code ?? 1));
    });
}

program.parseAsync().catch((error: unknown) => {
  program.error(`error: ${error instanceof Error ? error.message : String(error)}`);
});
