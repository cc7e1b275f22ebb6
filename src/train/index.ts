export type { Tensors, TrainingData } from './batches';
export { logEvery, stopAtAccuracy, stopAtLoss, type Callback, type Run } from './callbacks';
export { checkpoint, type CheckpointOptions } from './checkpoint';
export { compile, type CompiledTraining } from './compile';
export {
  DivergedError,
  EvaluationInterruptedError,
  TrainingError,
  TrainingInterruptedError,
  TrainingMemoryError,
} from './errors';
export { evaluate, type EvaluateOptions } from './evaluate';
export { fit, lastHistory } from './fit';
export { History, type Logs, type TrainingParams } from './history';
export { reduceLearningRate, type ReduceLearningRateOptions } from './learning-rate';
export type { FitOptions } from './options';
export { updateBatchNorm, type UpdateBatchNormOptions } from './update-batch-norm';
