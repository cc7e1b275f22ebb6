/** All targets: what each is, and how many cases the short form (`npm test`) and the long one try. */

/** @typedef {{ name: string, path: string, short: number, long: number, needsPython?: boolean, limits?: object }} Entry */

const at = (name) => new URL(`targets/${name}.mjs`, import.meta.url).href;

/** What takes files or messages from outside. */
const PARSERS = [
  'messages',
  'network',
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
];

/** @type {Entry[]} */
export const TARGETS = [
  ...PARSERS.map((name) => ({ name, path: at(name), short: 500, long: 20_000 })),
  ...['notebook', 'release'].map((name) => ({
    name,
    path: at(name),
    short: 500,
    long: 20_000,
    needsPython: true,
  })),
];
