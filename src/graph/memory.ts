import { WebAssembly, type Memory } from './webassembly';

const PAGE = 2 ** 16;

/** Bytes that WebAssembly computes with at once: arrays begin at multiples of it. */
const ALIGNMENT = 16;

/** WebAssembly addresses 4 GiB; arrays beyond this lie in another memory. */
const MOST = 2 ** 30;

/** Arrays of one length that lie in one memory of WebAssembly. */
export interface Block {
  readonly memory: Memory;
  readonly arrays: readonly Float32Array[];
}

/** How many arrays of which length lie together. */
export interface Extent {
  readonly length: number;
  readonly count: number;
}

/** Zeroed arrays in as few memories of WebAssembly as hold them. */
export function allocate(extents: readonly Extent[]): Block[] {
  const groups: Extent[][] = [];
  let bytes = Infinity;
  for (const extent of extents) {
    bytes += bytesOf(extent);
    if (bytes > MOST) {
      groups.push([]);
      bytes = bytesOf(extent);
    }
    groups.at(-1)!.push(extent);
  }
  return groups.flatMap(blocksOf);
}

function blocksOf(extents: readonly Extent[]): Block[] {
  const total = extents.reduce((sum, extent) => sum + bytesOf(extent), 0);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(total / PAGE) });
  let place = 0;
  return extents.map((extent) => {
    const { length, count } = extent;
    const step = bytesOf(extent) / count;
    const arrays = Array.from(
      { length: count },
      (_, i) => new Float32Array(memory.buffer, place + i * step, length),
    );
    place += bytesOf(extent);
    return { memory, arrays };
  });
}

function bytesOf({ length, count }: Extent): number {
  return Math.ceil((length * Float32Array.BYTES_PER_ELEMENT) / ALIGNMENT) * ALIGNMENT * count;
}
