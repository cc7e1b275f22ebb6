export type { Tensors, TrainingData } from './batches';
export { logEvery, stopAtAccuracy, stopAtLoss, type Callback, type Run } from './callbacks';
export { checkpoint, type CheckpointOptions } from './checkpoint';
export { DivergedError, EvaluationInterruptedError, TrainingError, TrainingInterruptedError } from './errors';
export { evaluate, type EvaluateOptions } from './evaluate';
export { fit, lastHistory } from './fit';
export { History, type Logs, type TrainingParams } from './history';
export { reduceLearningRate, type ReduceLearningRateOptions } from './learning-rate';
export type { FitOptions } from './options';
