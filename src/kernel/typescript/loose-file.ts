import ts from 'typescript';

/** What a program sets on each of its files; TypeScript's types do not tell of it. */
interface FileOfProgram {
  path: string;
  resolvedPath: string;
  originalFileName: string;
  imports: readonly ts.Node[];
  moduleAugmentations: readonly ts.Node[];
  ambientModuleNames: readonly string[];
}

const internals = ts as unknown as {
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
};

/** Signs of a module that asks for other files, or adds to what others declare. */
const REACHES_OUT = /\b(?:import|module|namespace|global)\b|\bexport\b[^]*\bfrom\b|\/\/\/|@jsx/;

/** Whether a module is nobody's concern but its own; where in doubt, it is not. */
export function standsAlone(module: string): boolean {
  return !REACHES_OUT.test(module);
}

/**
 * A module for the type checker of a program that does not hold it, which serves where it {@link standsAlone}. For a
 * file more, a program and its checker are made anew, and all that the checker knew of the libraries is lost.
 *
 * @param path a checker keeps what is wrong with a file by its path, so no two files that are checked may share it
 */
export function looseFile(path: string, text: string, options: ts.CompilerOptions): ts.SourceFile {
  const file = ts.createSourceFile(path, text, options.target!, false, ts.ScriptKind.TS);
  const fields: FileOfProgram = {
    path,
    resolvedPath: path,
    originalFileName: path,
    imports: [],
    moduleAugmentations: [],
    ambientModuleNames: [],
  };
  internals.bindSourceFile(Object.assign(file, fields), options);
  return file;
}
