import { readFileSync, statSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import type { Tracebacks } from './traceback';

type Exports = Record<string, unknown>;
type Extensions = Record<
  string,
  (module: Module & { _compile(code: string, file: string): void }, file: string) => void
>;

/** Packages that every notebook can import, wherever it lies. */
const OWN = ['convlab', 'tslab'];

/**
 * Modules as cells import them: relative TypeScript sources (read anew when they change), packages of the notebook's
 * folder, ES modules, and convlab itself from anywhere.
 */
export class Modules {
  /** `require` as seen from the notebook's folder. */
  readonly require: NodeJS.Require;
  private readonly nativeImport: (specifier: string) => Promise<Exports>;
  /** Modification times of the loaded TypeScript sources. */
  private readonly sources = new Map<string, number>();

  constructor(
    directory: string,
    private readonly packageRoot: string,
    private readonly tracebacks: Tracebacks,
    private readonly tslabSink: unknown,
  ) {
    const here = path.join(directory, 'notebook.ts');
    this.require = createRequire(here);
    this.nativeImport = new vm.Script('(specifier) => import(specifier)', {
      filename: pathToFileURL(here).href,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }).runInThisContext() as (specifier: string) => Promise<Exports>;
    this.loadTypeScriptSources();
    this.findOwnPackages();
  }

  /** What `import * as m from specifier` gives; CommonJS modules have their exports as `default` too. */
  async importModule(specifier: string): Promise<Exports> {
    this.forgetChangedSources();
    let file: string;
    try {
      file = this.require.resolve(specifier);
    } catch {
      return this.nativeImport(specifier);
    }
    if (file.endsWith('.mjs')) return this.nativeImport(pathToFileURL(file).href);
    try {
      const exports: unknown = this.require(file);
      if (specifier === 'tslab') this.connectTslab(file);
      return asNamespace(exports);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ERR_REQUIRE_ESM' && code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
      return this.nativeImport(specifier);
    }
  }

  /** tslab's public `display` writes through a variable of its protocol module. */
  private connectTslab(file: string): void {
    const jupyter = createRequire(file)('./jupyter.js') as { lastWriteDisplayData: unknown };
    jupyter.lastWriteDisplayData = this.tslabSink;
  }

  private loadTypeScriptSources(): void {
    const extensions = Module as unknown as { _extensions: Extensions };
    const load: Extensions[string] = (module, file) => {
      const { javascript, map, text } = transpile(file);
      this.sources.set(file, statSync(file).mtimeMs);
      this.tracebacks.add(file, text, map);
      module._compile(javascript, file);
    };
    for (const extension of ['.ts', '.tsx', '.cts']) extensions._extensions[extension] = load;
  }

  /** `convlab` and `tslab` are found here when the notebook's folder has none, and `./x.js` may be `./x.ts`. */
  private findOwnPackages(): void {
    const internals = Module as unknown as {
      _resolveFilename: (request: string, ...rest: unknown[]) => string;
    };
    const resolve = internals._resolveFilename.bind(Module);
    const own = createRequire(path.join(this.packageRoot, 'package.json'));
    internals._resolveFilename = (request, ...rest) => {
      try {
        return resolve(request, ...rest);
      } catch (error) {
        if (OWN.includes(request))
          return request === 'convlab' ? own.resolve('./dist/index.js') : own.resolve(request);
        if (!/^\.{0,2}\/.*\.js$/.test(request)) throw error;
        return resolve(request.replace(/\.js$/, '.ts'), ...rest);
      }
    };
  }

  /** One changed source makes all of them be read again: another may have taken values from it. */
  private forgetChangedSources(): void {
    const changed = [...this.sources].some(([file, time]) => modified(file) !== time);
    if (!changed) return;
    for (const file of this.sources.keys()) Reflect.deleteProperty(this.require.cache, file);
    this.sources.clear();
  }
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -1;
}

function transpile(file: string): { javascript: string; map: string; text: string } {
  // Loaded here because most notebooks import no TypeScript source, and the compiler is large.
  const ts = createRequire(__filename)('typescript') as typeof import('typescript');
  const text = readFileSync(file, 'utf8');
  const output = ts.transpileModule(text, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      // Keeps `import()` as it is, so that ES modules can be loaded.
      module: ts.ModuleKind.Node20,
      moduleDetection: ts.ModuleDetectionKind.Auto,
      esModuleInterop: true,
      sourceMap: true,
    },
  });
  const error = output.diagnostics?.at(0);
  if (error) throw new SyntaxError(`${file}: ${ts.flattenDiagnosticMessageText(error.messageText, '\n')}`);
  return { javascript: output.outputText, map: output.sourceMapText ?? '', text };
}

function asNamespace(exports: unknown): Exports {
  if (typeof exports === 'object' && exports !== null) {
    if ('__esModule' in exports || Object.prototype.toString.call(exports) === '[object Module]')
      return exports as Exports;
    return new Proxy(exports as Exports, {
      get: (target, key): unknown => (key === 'default' ? target : Reflect.get(target, key)),
    });
  }
  if (typeof exports === 'function') {
    return new Proxy(exports as unknown as Exports, {
      get: (target, key): unknown => (key === 'default' ? target : Reflect.get(target, key)),
    });
  }
  return { default: exports };
}
