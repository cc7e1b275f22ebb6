/** `.keras` files: damaged, with a damaged description, or with damaged weights. */
import fc from 'fast-check';
import { inflateRawSync } from 'node:zlib';
import { savedModels } from '../corpus/models.mjs';
import { zipOf } from '../corpus/zip.mjs';
import { damaged, damagedJsonText } from '../harness/mutate.mjs';
import { built, fileTarget } from './bytes.mjs';
import { loadAndCheck } from './weights.mjs';

const { ready } = built('engine/index.js');

/** The entries of an archive that yazl wrote without packing them. */
function entriesOf(bytes) {
  const entries = {};
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  for (let at = bytes.readUInt32LE(end + 16); at < end;) {
    const [size, name, extra, comment] = [20, 28, 30, 32].map((offset, i) =>
      i === 0 ? bytes.readUInt32LE(at + offset) : bytes.readUInt16LE(at + offset),
    );
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(start, start + size);
    const packed = bytes.readUInt16LE(at + 10) === 8;
    entries[bytes.toString('utf8', at + 46, at + 46 + name)] = packed ? inflateRawSync(data) : data;
    at += 46 + name + extra + comment;
  }
  return entries;
}

function kerasOf(config, weights) {
  const parts = { 'metadata.json': Buffer.from('{"keras_version":"3.15.0"}'), 'config.json': config };
  const entries = { ...parts, 'model.weights.h5': weights };
  return zipOf(Object.entries(entries).map(([name, content]) => ({ name, content, packed: false })));
}

export const target = fileTarget({
  name: 'keras',
  file: 'model.keras',
  errors: ['WeightsError'],
  tells: /: expected .+, found .+\./s,
  async prepare({ sandbox }) {
    await ready();
    const files = await savedModels(sandbox, ['.keras']);
    const parts = files.map(entriesOf);
    const described = fc.constantFrom(...parts).chain((part) => {
      const config = damagedJsonText([JSON.parse(part['config.json'])]);
      return config.map((text) => kerasOf(text, part['model.weights.h5']));
    });
    const weighted = fc.constantFrom(...parts).chain((part) => {
      return damaged([part['model.weights.h5']]).map((bytes) => kerasOf(part['config.json'], bytes));
    });
    return fc.oneof(damaged(files), described, described, weighted);
  },
  read: loadAndCheck,
});
