/** The kernel's entry point: `node dist/kernel/main.js CONNECTION_FILE`, as the kernelspec says. */
import path from 'node:path';
import { Kernel } from './kernel';
import { readConnection } from './protocol/connection';

/** The folder of convlab itself, seen from `dist/kernel/`. */
const PACKAGE_ROOT = path.resolve(__dirname, '..', '..');

/** How often to see whether the client that started the kernel is still there. */
const PARENT_CHECK_MS = 1000;

async function main(): Promise<void> {
  const [file] = process.argv.slice(2);
  if (!file)
    throw new Error('expected the path of a connection file; Jupyter gives it when it starts the kernel');
  const kernel = new Kernel(readConnection(file), process.cwd(), PACKAGE_ROOT);
  process.on('SIGINT', () => kernel.interrupt());
  process.on('SIGTERM', () => kernel.stop());
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) kernel.stop();
  }, PARENT_CHECK_MS).unref();
  await kernel.serve();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`convlab kernel: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
