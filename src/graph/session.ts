import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Data, DType } from './ir';

export type Feeds = Readonly<Record<string, OrtTensor>>;

/** Errors are thrown; onnxruntime need not print them too. Its threads wait for work in a run, not between runs. */
const plain: InferenceSession.SessionOptions = {
  logSeverityLevel: 4,
  // As many as the engine has, which TensorFlow's own variable limits; 0 means one for each core.
  intraOpNumThreads: Number(process.env.TF_NUM_INTRAOP_THREADS) || 0,
  extra: { session: { force_spinning_stop: '1' } },
};

/** For graphs whose transpositions are where they cost least, which onnxruntime would move and join again. */
const transposeOptimizers = 'TransposeOptimizer;TransposeOptimizer_CPUExecutionProvider';
const asTheyAre: InferenceSession.SessionOptions = {
  ...plain,
  extra: { ...plain.extra, optimization: { disable_specified_optimizers: transposeOptimizers } },
};

/** A model loaded into onnxruntime, on the CPU. */
export class Session {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  /**
   * Load a model from its bytes, or from its file.
   *
   * @param options `keepsTransposes`: whether transpositions stay where they are in the model; `keepsMemory`: whether
   *   memory that a run has taken is kept for the next (by default it is)
   */
  static async open(
    model: Uint8Array | string,
    options: { keepsTransposes?: boolean; keepsMemory?: boolean } = {},
  ): Promise<Session> {
    const { keepsTransposes = false, keepsMemory = true } = options;
    const { InferenceSession } = await import('onnxruntime-node');
    const chosen = { ...(keepsTransposes ? asTheyAre : plain), enableCpuMemArena: keepsMemory };
    return new Session(await InferenceSession.create(model as string, chosen));
  }

  /** Compute the outputs; those in `into` are written to the memory of the tensors given. */
  run(feeds: Feeds, into?: Readonly<Record<string, OrtTensor | null>>): Promise<Feeds> {
    return into === undefined ? this.#session.run(feeds) : this.#session.run(feeds, into);
  }

  /** Free the memory. The session cannot run any more. */
  async close(): Promise<void> {
    await this.#session.release();
  }
}

/** A tensor of onnxruntime over the memory of `data`. */
export async function ortTensor(data: Data, shape: readonly number[], dtype: DType): Promise<OrtTensor> {
  const { Tensor } = await import('onnxruntime-node');
  return new Tensor(dtype as 'float32', data as Float32Array, shape);
}
