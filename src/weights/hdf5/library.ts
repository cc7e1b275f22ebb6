import type * as Hdf5 from 'h5wasm/node' with { 'resolution-mode': 'import' };

/** HDF5's C library in WebAssembly, which reads and writes the disk's files. */
export interface Hdf5Library {
  File: typeof Hdf5.File;
  module: Awaited<typeof Hdf5.ready>;
}

let loading: Promise<Hdf5Library> | undefined;

/** Load h5wasm, an ES module, when it is first needed. */
export function loadHdf5(): Promise<Hdf5Library> {
  return (loading ??= import('h5wasm/node').then(async ({ File, ready }) => ({ File, module: await ready })));
}
