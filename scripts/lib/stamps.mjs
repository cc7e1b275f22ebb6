/** Stamps: a step of the set-up that is done and verified leaves one, with a hash of what it was made from. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { exists, hashOf, readJson, writeAtomic } from './files.mjs';

/** The stamps of one checkout, in `folder`. */
export class Stamps {
  constructor(folder) {
    this.folder = folder;
  }

  #path(name) {
    return join(this.folder, `${name}.json`);
  }

  /** What the step left when it was last done, or undefined. */
  read(name) {
    return readJson(this.#path(name));
  }

  /** True if the step was done from the same inputs and its products are there. */
  isFresh(name, inputs, products) {
    return this.read(name)?.hash === hashOf(inputs) && products.every(exists);
  }

  /** Comes before a step is redone: whatever happens from here on, nobody trusts its product. */
  clear(name) {
    rmSync(this.#path(name), { force: true });
  }

  /** Comes after a step is done and verified. */
  write(name, inputs, facts = {}) {
    writeAtomic(this.#path(name), `${JSON.stringify({ hash: hashOf(inputs), ...facts }, null, 2)}\n`);
  }
}
