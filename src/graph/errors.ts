/** The base of every error that tracing, lowering and running a graph throws on purpose. */
export class GraphError extends Error {
  override name = 'GraphError';
}

/** The function to trace did what a graph cannot hold, or failed by itself. */
export class TraceError extends GraphError {
  override name = 'TraceError';
}

/** A kernel without a form in ONNX. */
export class UnsupportedKernelError extends GraphError {
  override name = 'UnsupportedKernelError';
  constructor(
    readonly kernel: string,
    /** The layer that called it; '' outside of layers. */
    readonly layer: string,
    /** What of the kernel is not supported, where it is not all of it. */
    readonly what = '',
  ) {
    const origin = layer === '' ? 'outside of any layer' : `by layer "${layer}"`;
    const detail = what === '' ? 'has no lowering to ONNX' : `has no lowering to ONNX with ${what}`;
    super(
      `The kernel ${kernel}, called ${origin}, ${detail}. Compute the same with other operations, ` +
        'do it before or after the traced function, or add a lowering to src/graph/lowering.',
    );
  }
}

/** Tensors that do not fit a graph's inputs. */
export class GraphInputError extends GraphError {
  override name = 'GraphInputError';
}
