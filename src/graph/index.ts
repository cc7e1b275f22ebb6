export { GraphError, GraphInputError, TraceError, UnsupportedKernelError } from './errors';
export { graphOf, type FunctionGraph } from './function';
export {
  describe,
  intsOf,
  sizeOf,
  type Attributes,
  type Data,
  type DType,
  type Graph,
  type Node,
  type Value,
} from './ir';
export { loweredKernels } from './lowering/index';
export { nameGraph, type NamedGraph } from './names';
export { rebuild } from './passes/rebuild';
export { encode, type EncodeOptions, type ExternalData } from './proto/encode';
export { ortTensor, Session } from './session';
export { flatten, layoutOf, unflatten, type Layout, type Tensors } from './tensors';
export { textOf } from './text';
export { traceStep, type Batch, type TrainingStep } from './step';
export { functionalModel, type LossFunction, type Trainable } from './trainable';
