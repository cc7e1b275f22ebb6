import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { StorageError } from '../errors';

/** Where the bytes of a partly loaded file came from. */
export interface Origin {
  url: string;
  /** The server's name for this version of the file. */
  validator?: string | undefined;
}

const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** More bytes came than the file has. */
export class TooLongError extends Error {
  override readonly name = 'TooLongError';
}

/**
 * A partly loaded file: `FILE.part` beside the place of `FILE`, and `FILE.part.json`, which says where it came
 * from. It survives any interruption and becomes `FILE` in one step, so that `FILE` is whole or not there.
 */
export class Part {
  readonly path: string;
  private readonly note: string;

  constructor(readonly target: string) {
    this.path = `${target}.part`;
    this.note = `${target}.part.json`;
  }

  /** How many bytes are here already. */
  async size(): Promise<number> {
    const info = await stat(this.path).catch(() => undefined);
    return info?.size ?? 0;
  }

  async origin(): Promise<Origin | undefined> {
    try {
      return JSON.parse(await readFile(this.note, 'utf8')) as Origin;
    } catch {
      return undefined; // no note, or one that was cut short
    }
  }

  /**
   * Appends a body that begins at byte `start`; 0 begins anew.
   *
   * @param limit the largest size that the file may reach
   * @param onSize told the size after each piece
   * @throws TooLongError above the limit; StorageError when it cannot be written; whatever the body throws
   */
  async write(
    body: AsyncIterable<Uint8Array>,
    {
      origin,
      start,
      limit,
      onSize,
    }: { origin: Origin; start: number; limit: number; onSize: (size: number) => void },
  ): Promise<void> {
    await this.stored(writeFile(this.note, JSON.stringify(origin)));
    const file = await this.stored(open(this.path, start === 0 ? 'w' : 'a'));
    try {
      let size = start;
      for await (const piece of body) {
        size += piece.length;
        if (size > limit) throw new TooLongError();
        await this.stored(file.appendFile(piece));
        onSize(size);
      }
      await this.stored(file.sync());
    } finally {
      await file.close();
    }
  }

  /** Begin from nothing next time. */
  async discard(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(this.note, { force: true });
  }

  /** Keeps what came out of the way, as `FILE.rejected`. */
  async reject(): Promise<void> {
    await rename(this.path, `${this.target}.rejected`);
    await this.discard();
  }

  /** The file is whole and right: put it in its place. */
  async publish(): Promise<void> {
    await this.stored(rename(this.path, this.target));
    await this.discard();
  }

  /** Errors of writing, told apart from errors of the network; on a full disk the part makes room. */
  private async stored<T>(writing: Promise<T>): Promise<T> {
    try {
      return await writing;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (FULL.has(code)) await this.discard();
      const what = FULL.has(code) ? 'the disk is full' : `it cannot be written (${code})`;
      throw new StorageError(`${what}. Make room, or set CONVLAB_CACHE to a folder on another disk.`, {
        cause: error,
      });
    }
  }
}
