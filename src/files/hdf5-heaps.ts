import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** A heap, and each object in it, begins with so many bytes of its own. */
const HEAD = 16;

const SIGNATURE = Buffer.from('GCOL', 'latin1');
const BLOCK = 1 << 20;

/** A file's bytes, read block by block. */
class Bytes {
  readonly size: number;
  private block = Buffer.alloc(0);
  private start = 0;

  constructor(private readonly descriptor: number) {
    this.size = fstatSync(descriptor).size;
  }

  /** Some bytes from a place on, at least so many where the file has them. */
  from(position: number, least: number): Buffer {
    const end = this.start + this.block.length;
    if (position < this.start || position + least > end) {
      const block = Buffer.allocUnsafe(BLOCK);
      this.block = block.subarray(0, readSync(this.descriptor, block, 0, BLOCK, position));
      this.start = position;
    }
    return this.block.subarray(position - this.start);
  }
}

/**
 * Where in an HDF5 file an object stands that HDF5's library would read for ever, if there is one: texts of any length
 * lie in "global heaps" (File Format Specification, III.E), and the library goes from one object to the next by the size
 * that each gives, of 0 too. It cannot be interrupted while it does.
 */
export function endlessObject(path: string): number | undefined {
  const descriptor = openSync(path, 'r');
  try {
    const bytes = new Bytes(descriptor);
    let steps = 0;
    for (const heap of heapsIn(bytes)) {
      for (const { at, size } of objectsOf(bytes, heap)) {
        // more objects than find room are in heaps that overlap, which are endless as well to whoever reads them all
        if (size === 0 || ++steps > bytes.size / 8) return at;
      }
    }
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** The places of what looks like a heap of the one version that there is. */
function* heapsIn(bytes: Bytes): Generator<number> {
  for (let position = 0; position + HEAD <= bytes.size;) {
    const block = bytes.from(position, HEAD);
    const found = block.indexOf(SIGNATURE);
    if (found < 0 || found + HEAD > block.length) {
      position += found < 0 ? block.length - SIGNATURE.length + 1 : found;
      if (found === 0) return;
      continue;
    }
    position += found;
    if (block[found + SIGNATURE.length] === 1) yield position;
    position += SIGNATURE.length;
  }
}

/** The objects of a heap with the room that each takes, to the library, whose numbers have 32 bits. */
function* objectsOf(bytes: Bytes, heap: number): Generator<{ at: number; size: number }> {
  const end = Math.min(bytes.size, heap + bytes.from(heap, HEAD).readUInt32LE(8));
  for (let at = heap + HEAD; at + HEAD <= end;) {
    const head = bytes.from(at, HEAD);
    const [index, length] = [head.readUInt16LE(0), head.readUInt32LE(8)];
    // object 0 is the room that is left, its own head included
    const size = index === 0 ? length : (HEAD + 8 * Math.floor(((length + 7) >>> 0) / 8)) >>> 0;
    yield { at, size };
    at += size;
  }
}
