export { draw, OnnxReadError } from './draw';
export { ExportError, OnnxError, OnnxFileError } from './errors';
export { exportModel, ExportedModel, type ExportOptions } from './export';
export { trace, TracedFunction } from './traced';
