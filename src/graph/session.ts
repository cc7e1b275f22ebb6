import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Data, DType } from './ir';
import { onnxruntime } from './onnxruntime';

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

/** The output that a model for {@link Session.fill} begins with, an empty sequence. */
export const NO_TENSOR = 'no tensor';

/** What onnxruntime-node says of an output that has no form in JavaScript. */
const NOT_CONVERTED = 'Non tensor type is temporarily not supported.';

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
    const { InferenceSession } = await onnxruntime();
    const chosen = { ...(keepsTransposes ? asTheyAre : plain), enableCpuMemArena: keepsMemory };
    return new Session(await InferenceSession.create(model as string, chosen));
  }

  /** Compute the outputs. */
  run(feeds: Feeds): Promise<Feeds> {
    return this.#session.run(feeds);
  }

  /**
   * Compute outputs into the memory of the tensors given, by a model whose first output is `NO_TENSOR`.
   *
   * onnxruntime-node (1.30) makes a new array of every output, one after the other, also of those that it has just
   * written to memory of the caller's: for a step of training, a copy of all gradients. It gives up at the first that
   * is no tensor, after the run, when all that was computed is in its place.
   */
  async fill(feeds: Feeds, into: Feeds): Promise<void> {
    try {
      await this.#session.run(feeds, { [NO_TENSOR]: null, ...into });
    } catch (error) {
      if (!(error instanceof Error) || error.message !== NOT_CONVERTED) throw error;
    }
  }

  /** Free the memory. The session cannot run any more. */
  async close(): Promise<void> {
    await this.#session.release();
  }
}

/** A tensor of onnxruntime over the memory of `data`. */
export async function ortTensor(data: Data, shape: readonly number[], dtype: DType): Promise<OrtTensor> {
  const { Tensor } = await onnxruntime();
  return new Tensor(dtype as 'float32', data as Float32Array, shape);
}
