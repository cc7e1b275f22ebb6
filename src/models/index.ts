export {
  denseBlock,
  denseLayer,
  denseNet,
  denseNet121,
  denseNet169,
  denseNet201,
  denseNet264,
  transition,
} from './densenet';
export type {
  DenseBlockOptions,
  DenseLayerOptions,
  DenseNetOptions,
  DenseNetVariantOptions,
  TransitionOptions,
} from './densenet-options';
export { customLenet, lenet5 } from './lenet';
export { MemoryError, memoryNeeded, type MemoryNeed } from './memory';
export { mnistConv } from './mnist-conv';
export { multiplyAdds } from './multiply-adds';
export { happyOrSad, horseOrHuman, type PictureClassifierOptions } from './picture-classifiers';
export { predict, type PredictOptions } from './predict';
export {
  convolutionalBlock,
  identityBlock,
  resnet50,
  type BlockFilters,
  type ResidualOptions,
  type ResNetOptions,
} from './resnet';
export { sourceOf } from './source';
export type { ModelOptions } from './stack';
export { summary, Summary } from './summary';
export { torchSummary } from './torch-summary';
