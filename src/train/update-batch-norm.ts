import { tf } from '../engine/index';
import { isTensors, tensorExamples, type Examples, type TrainingData } from './batches';
import { checkCount, checkData, checkModel } from './check';
import { EvaluationInterruptedError } from './errors';
import { inOnePiece } from './interrupt';
import { Session } from './session';

const WHERE = 'train.updateBatchNorm';

export interface UpdateBatchNormOptions {
  /** Examples in a batch; default the data set's own, and 32 for tensors. As many as in training is best. */
  batchSize?: number;
  /** Draws the order of the examples; default 0. */
  seed?: number;
}

/** What is used here of tfjs's batch normalization. */
interface BatchNorm extends tf.layers.Layer {
  momentum: number;
}

/**
 * Takes the means and variances that a network's batch normalizations use in prediction anew: as averages over the
 * batches of one pass, with the weights as they are. The moving averages of training lag behind weights that still
 * move, and in deep networks the errors multiply. The weights that training changes stay as they are.
 *
 * As PyTorch's `torch.optim.swa_utils.update_bn`; Y. Wu, J. Johnson: *Rethinking "Batch" in BatchNorm*, 2021, call it
 * precise batch normalization.
 *
 * @param data the training set, or `{ x, y }` as tensors
 * @throws InputError when the model is not compiled, or the data do not fit it
 * @throws EvaluationInterruptedError on the notebook's interrupt; the averages are then as they were
 */
export async function updateBatchNorm(
  model: tf.LayersModel,
  data: TrainingData,
  { batchSize, seed = 0 }: UpdateBatchNormOptions = {},
): Promise<void> {
  checkModel(WHERE, model);
  checkData(WHERE, 'the data', model, data);
  if (batchSize !== undefined) checkCount(WHERE, 'batchSize', batchSize);
  const norms = batchNorms(model);
  const before = norms.map((norm) => ({ momentum: norm.momentum, weights: copies(norm) }));
  const examples: Examples = isTensors(data) ? tensorExamples(data) : data;
  const order = { batchSize: batchSize ?? examples.batchSize, shuffle: true, seed };
  try {
    await Session.run(
      (session) => onePass(session, model, norms, examples, order),
      () => new EvaluationInterruptedError(),
    );
  } catch (error) {
    norms.forEach((norm, i) => norm.setWeights(before[i].weights));
    throw error;
  } finally {
    norms.forEach((norm, i) => (norm.momentum = before[i].momentum));
    tf.dispose(before.map(({ weights }) => weights));
  }
}

async function onePass(
  session: Session,
  model: tf.LayersModel,
  norms: readonly BatchNorm[],
  examples: Examples,
  order: { batchSize: number; shuffle: boolean; seed: number },
): Promise<void> {
  const stream = session.open(examples, { order });
  let seen = 0;
  for (let batch = await session.wait(stream.next()); batch; batch = await session.wait(stream.next())) {
    const { x } = batch;
    const count = x.shape[0];
    // A momentum that falls as 1, 1/2, 1/3 … makes a moving average the plain one.
    for (const norm of norms) norm.momentum = seen / (seen + count);
    seen += count;
    await inOnePiece(() => tf.tidy(() => void model.apply(x, { training: true })));
    await session.turn();
  }
  await stream.close();
}

function batchNorms(model: tf.LayersModel): BatchNorm[] {
  return model.layers.flatMap((layer) => {
    if (layer instanceof tf.LayersModel) return batchNorms(layer);
    return layer.getClassName() === 'BatchNormalization' ? [layer as BatchNorm] : [];
  });
}

function copies(layer: tf.layers.Layer): tf.Tensor[] {
  return layer.getWeights().map((weight) => weight.clone());
}
