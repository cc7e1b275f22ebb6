import { openSync } from 'node:fs';
import { devNull } from 'node:os';
import type * as Hdf5 from 'h5wasm/node' with { 'resolution-mode': 'import' };

/** HDF5's C library in WebAssembly, which reads and writes the disk's files. */
export interface Hdf5Library {
  File: typeof Hdf5.File;
  module: Awaited<typeof Hdf5.ready>;
}

let loading: Promise<Hdf5Library> | undefined;

/** Load h5wasm, an ES module, when it is first needed. */
export function loadHdf5(): Promise<Hdf5Library> {
  return (loading ??= import('h5wasm/node').then(async ({ File, ready }) => {
    const module = await ready;
    silence(module.FS as unknown as NodeFiles);
    return { File, module };
  }));
}

/** Emscripten's files when they are those of the disk. */
interface NodeFiles {
  getStream: (descriptor: number) => { nfd?: number } | undefined;
}

/** The C library tells its errors twice: to its caller, and on its standard error, which in a notebook is noise. */
function silence(files: NodeFiles): void {
  const stderr = files.getStream(2);
  if (stderr?.nfd === 2) stderr.nfd = openSync(devNull, 'w');
}
