import { tf } from '../../engine/index';

/** A kernel call as tfjs's engine makes it; without a name it is a composed operation with its own gradient. */
export interface KernelParams {
  kernelName?: string;
  inputs: Readonly<Record<string, unknown>>;
  attrs?: Readonly<Record<string, unknown>>;
}

/** An entry of the gradient tape. */
export interface TapeNode {
  gradient?: (dys: unknown) => Record<string, () => unknown>;
}

/** What the recorder needs of tfjs's engine beyond its public types. */
export interface EngineInternals {
  runKernelFunc(params: KernelParams): tf.Tensor | tf.Tensor[];
  startScope(name?: string): void;
  endScope(result?: unknown): void;
  clone(tensor: tf.Tensor): tf.Tensor;
  keep(tensor: tf.Tensor): tf.Tensor;
  makeVariable(initial: tf.Tensor, trainable?: boolean, name?: string, dtype?: tf.DataType): tf.Variable;
  makeTensorFromTensorInfo(info: tf.TensorInfo, backend: object): tf.Tensor;
  readSync(dataId: object): tf.backend_util.BackendValues;
  read(dataId: object): Promise<tf.backend_util.BackendValues>;
  readonly state: {
    readonly activeScope: { readonly name: string };
    readonly scopeStack: readonly { readonly name: string }[];
    readonly activeTape: readonly TapeNode[] | null | undefined;
    readonly registeredVariables: Readonly<Record<string, tf.Variable>>;
  };
}

export function engineInternals(): EngineInternals {
  return tf.engine() as unknown as EngineInternals;
}
