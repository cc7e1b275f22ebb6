import type { tf } from '../engine/index';
import { isTensors, tensorExamples, type Examples, type TrainingData } from './batches';
import { checkCount, checkData, checkLabels, checkModel } from './check';
import { EvaluationInterruptedError } from './errors';
import type { Logs } from './history';
import { inOnePiece } from './interrupt';
import { Session } from './session';
import { Means, metricNames, testStep } from './step';

export interface EvaluateOptions {
  /** Examples in a batch; default the data set's own, and 32 for tensors. */
  batchSize?: number;
}

/**
 * The model's loss and metrics on examples, as means over them; nothing is learned.
 *
 * @param data a data set, or `{ x, y }` as tensors
 * @throws InputError when the model is not compiled, or the data do not fit it
 * @throws EvaluationInterruptedError on the notebook's interrupt
 */
export async function evaluate(
  model: tf.LayersModel,
  data: TrainingData,
  { batchSize }: EvaluateOptions = {},
): Promise<Logs> {
  const where = 'train.evaluate';
  checkModel(where, model);
  checkData(where, 'the data', model, data);
  if (batchSize !== undefined) checkCount(where, 'batchSize', batchSize);
  const test = testOf(where, 'the data', model, data, batchSize);
  return Session.run(
    (session) => test(session),
    () => new EvaluationInterruptedError(),
  );
}

/** The evaluation of `model` on `data`, to be done as often as one likes. */
export function testOf(
  where: string,
  name: string,
  model: tf.LayersModel,
  data: TrainingData,
  batchSize?: number,
): (session: Session) => Promise<Logs> {
  const examples: Examples = isTensors(data) ? tensorExamples(data) : data;
  let isChecked = isTensors(data);
  const options = {
    order: { batchSize: batchSize ?? examples.batchSize, shuffle: false },
    check: ({ y }: { y: tf.Tensor }) => isChecked || checkLabels(where, name, model, y),
  };
  return async (session) => {
    const means = new Means(metricNames(model));
    const stream = session.open(examples, options);
    for (;;) {
      const batch = await session.wait(stream.next());
      if (!batch) break;
      means.add(await inOnePiece(() => testStep(model, batch)), batch.x.shape[0]);
      await session.turn();
    }
    await stream.close();
    isChecked = true;
    return means.logs;
  };
}
