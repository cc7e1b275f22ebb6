/** The base of every error that writing an ONNX file throws on purpose. */
export class OnnxError extends Error {
  override name = 'OnnxError';
}

/** The file could not be written; nothing of it is left, and an older file of the name is as it was. */
export class OnnxFileError extends OnnxError {
  override name = 'OnnxFileError';
  constructor(
    readonly file: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot write ${file}: ${reason}.`, options);
  }
}

/** The model cannot be exported as it was asked for. */
export class ExportError extends OnnxError {
  override name = 'ExportError';
}
