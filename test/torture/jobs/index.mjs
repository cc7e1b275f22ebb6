/**
 * Work that leaves files behind, in `folder` of the sandbox. `before` makes what was there, `clear` takes away what
 * keeps it from being done again, `work` does it, `check` says what must hold after it was killed, refused or done;
 * `prepare` makes what is needed in each process. It takes about `span` milliseconds. What has a `command` is killed as
 * that; it needs Python.
 */
import { checkpointing } from './checkpoint.mjs';
import { downloading } from './download.mjs';
import { exporting } from './export.mjs';
import { grading } from './grade.mjs';
import { releasing } from './release.mjs';
import { saving } from './save.mjs';
import { settingUp } from './setup.mjs';
import { unpacking } from './unpack.mjs';

export const JOBS = {
  save: saving,
  checkpoint: checkpointing,
  unpack: unpacking,
  download: downloading,
  export: exporting,
  setup: settingUp,
  release: releasing,
  grade: grading,
};
