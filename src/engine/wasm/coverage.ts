const complex = 'the WASM backend stores no complex64 tensors';
const text = 'works on strings or ragged tensors, which no network here uses';

/**
 * The kernels that tfjs's CPU backend has and the WASM engine lacks, each with the reason.
 * A test compares this list with the registries, so that none goes missing unnoticed.
 */
export const notOnWasm: Readonly<Partial<Record<string, string>>> = {
  Complex: complex,
  ComplexAbs: complex,
  FFT: complex,
  IFFT: complex,
  Imag: complex,
  Real: complex,
  Dilation2D: 'withdrawn: the backend computes it wrongly',
  Dilation2DBackpropFilter: 'withdrawn with Dilation2D',
  Dilation2DBackpropInput: 'withdrawn with Dilation2D',
  Draw: 'draws on a browser canvas',
  Einsum: 'only attention layers use it',
  RaggedGather: text,
  RaggedRange: text,
  RaggedTensorToTensor: text,
  StaticRegexReplace: text,
};
