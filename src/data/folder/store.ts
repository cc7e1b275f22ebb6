import type { Pixels } from '../../image/resize';
import { sharedPool } from './pool';
import type { PictureForm, PictureSource } from './task';

/** Pictures of one size, decoded when first asked for and kept as bytes. */
export class PictureStore {
  private readonly kept = new Map<number, Pixels>();
  private readonly capacity: number;

  /** @param cacheBytes pictures beyond this are decoded again each time */
  constructor(
    private readonly sources: readonly PictureSource[],
    private readonly form: PictureForm & { size: readonly [number, number] },
    cacheBytes: number,
  ) {
    this.capacity = Math.floor(cacheBytes / (this.height * this.width * this.channels));
  }

  get height(): number {
    return this.form.size[0];
  }

  get width(): number {
    return this.form.size[1];
  }

  get channels(): 1 | 3 {
    return this.form.colour === 'grey' ? 1 : 3;
  }

  /** The pictures' paths below their folder. */
  get names(): string[] {
    return this.sources.map((source) => source.name);
  }

  /**
   * The picture at an index. Its bytes are shared: copy them before changing them.
   *
   * @throws PictureError when it cannot be decoded
   * @throws Cancelled when `cancelled` was set before its turn
   */
  async pixels(index: number, cancelled?: Int32Array): Promise<Pixels> {
    const known = this.kept.get(index);
    if (known) return known;
    const pixels = await sharedPool().run({ source: this.sources[index], form: this.form }, cancelled);
    if (this.kept.size < this.capacity) this.kept.set(index, pixels);
    return pixels;
  }
}
