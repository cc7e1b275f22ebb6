#!/usr/bin/env node
/** The `convlab` command. */
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

program.parseAsync().catch((error: unknown) => {
  program.error(`error: ${error instanceof Error ? error.message : String(error)}`);
});
