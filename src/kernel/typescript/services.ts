import {
  complete,
  completeness,
  inspect,
  type Completeness,
  type Completions,
  type Inspection,
} from './assist';
import { TypeScriptSession, type Conversion } from './session';

/** What the kernel asks of TypeScript, in the process where the compiler lives. */
export class TypeScriptServices {
  private readonly session: TypeScriptSession;

  constructor(directory: string, packageRoot: string) {
    this.session = new TypeScriptSession(directory, packageRoot);
    this.session.warmUp();
  }

  convert(source: string): Conversion {
    return this.session.convert(source);
  }

  commit(conversion: Pick<Conversion, 'declarations' | 'names'>, except: readonly string[]): void {
    this.session.commit(conversion, except);
  }

  /** Between calls, so that the next cell need not wait for it. */
  prepare(): void {
    this.session.prepare();
  }

  reset(): void {
    this.session.reset();
  }

  complete(source: string, position: number): Completions {
    return complete(this.session, source, position);
  }

  inspect(source: string, position: number): Inspection | undefined {
    return inspect(this.session, source, position);
  }

  completeness(source: string): Completeness {
    return completeness(source);
  }
}
