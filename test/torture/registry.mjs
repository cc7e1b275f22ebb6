/** All targets: what each is, and how many cases the short form (`npm test`) and the long one try. */

/** @typedef {{ name: string, path: string, short: number, long: number, needs?: 'python' | 'mounts', limits?: object }} Entry */

const at = (name) => new URL(`targets/${name}.mjs`, import.meta.url).href;

/** What takes files or messages from outside. */
const PARSERS = [
  'idx',
  'gzip',
  'pickle',
  'zip',
  'png',
  'jpeg',
  'hdf5',
  'weights',
  'keras',
  'onnx',
  'catalogue',
  'connection',
  'messages',
];

/** @type {Entry[]} */
export const TARGETS = [
  ...PARSERS.map((name) => ({ name, path: at(name), short: 500, long: 20_000 })),
  { name: 'network', path: at('network'), short: 100, long: 2000 },
  // the garbage of several processes is more than one parser's; that it does not grow for ever is seen by `load`
  { name: 'interrupt', path: at('interrupt'), short: 6, long: 100, limits: { cpu: 2, memory: 1e9 } },
  { name: 'load', path: at('load'), short: 1, long: 8, limits: { wall: 7200, cpu: 1800 } },
  { name: 'kill', path: at('kill'), short: 3, long: 100, limits: { wall: 1200 } },
  { name: 'both', path: at('both'), short: 2, long: 100, limits: { wall: 600 } },
  { name: 'disk', path: at('disk'), short: 3, long: 100, needs: 'mounts', limits: { wall: 600 } },
  ...['notebook', 'release', 'submission'].map((name) => ({
    name,
    path: at(name),
    short: 500,
    long: 20_000,
    needs: 'python',
  })),
];
