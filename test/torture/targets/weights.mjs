/** Keras' HDF5 files, read as models. */
import { oldFiles, savedModels } from '../corpus/models.mjs';
import { damaged } from '../harness/mutate.mjs';
import { built, fileTarget } from './bytes.mjs';

const { ready, tf } = built('engine/index.js');
const { loadKeras } = built('weights/index.js');

/** Loads a model and lets it go; no tensor stays behind, whether that succeeds or not. */
export async function loadAndCheck(path) {
  const before = tf.memory().numTensors;
  let failure;
  try {
    (await loadKeras(path)).dispose();
  } catch (error) {
    failure = error;
  }
  const left = tf.memory().numTensors - before;
  if (left !== 0) throw new Error(`${left} tensors are left after ${failure?.message ?? 'success'}`);
  if (failure) throw failure;
}

export const target = fileTarget({
  name: 'weights',
  file: 'model.h5',
  errors: ['WeightsError'],
  tells: /: expected .+, found .+\./s,
  async prepare({ sandbox }) {
    await ready();
    return damaged([...oldFiles(), ...(await savedModels(sandbox, ['.h5']))]);
  },
  read: loadAndCheck,
});
