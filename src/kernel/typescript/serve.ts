import type { Answer, Call } from './client';
import { TypeScriptServices } from './services';

/** What the compiler's process does: it answers the calls of `client.ts`, until that is gone. */
export function serve(): void {
  process.on('disconnect', () => process.exit());
  const [directory, packageRoot] = process.argv.slice(-2);
  const services = new TypeScriptServices(directory, packageRoot);
  const prepare = (): void => {
    try {
      services.prepare();
    } catch {
      // The next cell will meet it, and tell.
    }
  };
  process.on('message', ({ id, method, args }: Call) => {
    let answer: Answer;
    try {
      const callable = services as unknown as Record<Call['method'], (...values: unknown[]) => unknown>;
      answer = { id, value: callable[method](...args) };
    } catch (error) {
      answer = { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.send!(answer);
    if (method === 'commit') setImmediate(prepare);
  });
}

/** Cells of the usual kinds. */
const CELLS = [
  'const a = 1; a + 1',
  'let b: string = a',
  "import * as fs from 'node:fs'; for (const file of fs.readdirSync('.')) console.log(`${file}: ${a}`);",
  'function first<T>(items: T[]): T { return items[0]; } class Point { x = first([1]) } await new Point()',
];

/** Fills the memory with what a snapshot of it is to hold: the parsed libraries, the compiler's own code compiled. */
export function rehearse(packageRoot: string): void {
  const services = new TypeScriptServices(packageRoot, packageRoot);
  for (const cell of CELLS) services.commit(services.convert(cell), []);
}
