/**
 * Work that leaves files behind. `before` makes what was there, `work` does it, `check` says what must hold after it
 * was killed or done; `prepare` makes what is needed in each process.
 */
import { checkpointing } from './checkpoint.mjs';
import { downloading } from './download.mjs';
import { exporting } from './export.mjs';
import { saving } from './save.mjs';
import { unpacking } from './unpack.mjs';

export const JOBS = {
  save: saving,
  checkpoint: checkpointing,
  unpack: unpacking,
  download: downloading,
  export: exporting,
};
