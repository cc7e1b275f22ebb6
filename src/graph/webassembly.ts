/** Memory that WebAssembly's functions and JavaScript's arrays share. */
export interface Memory {
  readonly buffer: ArrayBuffer;
}

/** What is used here of WebAssembly; its types come with the browser's, which Node's own do not have. */
interface Api {
  readonly Memory: new (options: { initial: number }) => Memory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, Memory>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

export const { WebAssembly } = globalThis as unknown as { WebAssembly: Api };
