import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** The name by which notebooks ask for this kernel. */
export const KERNEL_NAME = 'convlab';

/** Where a kernelspec can be installed. */
export type InstallTarget = { kind: 'user' } | { kind: 'prefix'; folder: string };

/** The content of `kernel.json`: how Jupyter starts the kernel with this Node and this copy of convlab. */
export function kernelSpec(): object {
  return {
    argv: [process.execPath, path.join(__dirname, 'main.js'), '{connection_file}'],
    display_name: 'TypeScript (convlab)',
    language: 'typescript',
    interrupt_mode: 'message',
    metadata: { debugger: false, supported_encryption: ['curve'] },
  };
}

/**
 * Writes the kernelspec, whole or not at all.
 * @returns the folder it was written to
 */
export function installKernelSpec(target: InstallTarget): string {
  const base =
    target.kind === 'user' ? userDataFolder() : path.join(path.resolve(target.folder), 'share', 'jupyter');
  const folder = path.join(base, 'kernels', KERNEL_NAME);
  mkdirSync(folder, { recursive: true });
  const temporary = path.join(folder, `kernel.json.${process.pid}.tmp`);
  writeFileSync(temporary, `${JSON.stringify(kernelSpec(), null, 2)}\n`);
  renameSync(temporary, path.join(folder, 'kernel.json'));
  return folder;
}

/** Jupyter's data folder of the user: https://docs.jupyter.org/en/stable/use/jupyter-directories.html */
function userDataFolder(): string {
  const { JUPYTER_DATA_DIR, APPDATA, XDG_DATA_HOME } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Jupyter');
  if (process.platform === 'win32')
    return path.join(APPDATA ?? path.join(homedir(), 'AppData', 'Roaming'), 'jupyter');
  return path.join(XDG_DATA_HOME ?? path.join(homedir(), '.local', 'share'), 'jupyter');
}
