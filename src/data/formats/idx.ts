import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { DataError, FormatError } from '../errors';

/** An array of unsigned bytes, the last side fastest. */
export interface IdxArray {
  shape: number[];
  data: Uint8Array;
}

/** Far above MNIST's 47 million; a header that promises more is refused before memory is taken. */
const MAX_BYTES = 1 << 28;

const hex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;

/** Takes an IDX file piece by piece: four bytes of magic number, a length for each side, then the bytes. */
class IdxParser {
  private head = Buffer.alloc(0);
  private array: IdxArray | undefined;
  private filled = 0;

  constructor(
    private readonly name: string,
    private readonly sides: number,
  ) {}

  push(piece: Buffer): void {
    if (this.array) {
      this.fill(piece, this.array);
      return;
    }
    this.head = Buffer.concat([this.head, piece]);
    const length = 4 + 4 * this.sides;
    if (this.head.length >= 4) this.checkMagic();
    if (this.head.length < length) return;
    this.array = this.allocate();
    this.fill(this.head.subarray(length), this.array);
  }

  end(): IdxArray {
    if (!this.array) throw this.wrong('a header', `only ${this.head.length} bytes`);
    const { data, shape } = this.array;
    if (this.filled === data.length) return this.array;
    throw this.wrong(`${data.length} bytes for the shape (${shape.join(', ')})`, `only ${this.filled}`);
  }

  private checkMagic(): void {
    const [magic, expected] = [this.head.readUInt32BE(0), 0x0800 | this.sides];
    const what = `the magic number ${hex(expected)} (IDX, unsigned bytes, ${this.sides} sides)`;
    if (magic !== expected) throw this.wrong(what, hex(magic));
  }

  private allocate(): IdxArray {
    const shape = Array.from({ length: this.sides }, (_, side) => this.head.readUInt32BE(4 + 4 * side));
    const size = shape.reduce((product, side) => product * side, 1);
    if (size > MAX_BYTES) throw this.wrong(`at most ${MAX_BYTES} bytes`, `the shape (${shape.join(', ')})`);
    return { shape, data: new Uint8Array(size) };
  }

  private fill(piece: Buffer, { data, shape }: IdxArray): void {
    if (this.filled + piece.length > data.length) {
      throw this.wrong(`${data.length} bytes for the shape (${shape.join(', ')})`, 'more');
    }
    data.set(piece, this.filled);
    this.filled += piece.length;
  }

  private wrong(expected: string, found: string): FormatError {
    return new FormatError(this.name, expected, found);
  }
}

function explain(error: unknown, name: string): Error {
  if (error instanceof DataError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') {
    return new FormatError(name, 'a whole gzip file', 'one that is cut short', '', { cause: error });
  }
  if (code.startsWith('Z_')) return new FormatError(name, 'gzip data', message, '', { cause: error });
  return new DataError(`${name}: expected a readable file, but ${message}.`, { cause: error });
}

/**
 * Reads a gzipped IDX file of unsigned bytes, the format of MNIST (http://yann.lecun.com/exdb/mnist/), without
 * holding the packed or the unpacked file as a whole.
 *
 * @param name what to call the file in messages
 * @param sides how many sides the array has: 3 for pictures, 1 for labels
 * @throws FormatError when it is cut short, is something else, or is not as long as its header says
 */
export async function readIdx(path: string, name: string, sides: number): Promise<IdxArray> {
  const parser = new IdxParser(name, sides);
  const file = createReadStream(path);
  const unpacked = createGunzip();
  file.once('error', (error) => unpacked.destroy(error)).pipe(unpacked);
  try {
    for await (const piece of unpacked as AsyncIterable<Buffer>) parser.push(piece);
    return parser.end();
  } catch (error) {
    throw explain(error, name);
  } finally {
    file.destroy();
  }
}
