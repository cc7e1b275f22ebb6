import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * Options of the compiler's process, from a snapshot or not: a snapshot fits those with which it was made. The
 * compiler makes many small objects that live long: fewer, larger collections are a fifth of its start. Later it may
 * hold 40 % more than it needs, where V8 would let it come to several times as much.
 */
export const NODE_OPTIONS = [
  '--min-semi-space-size=32',
  '--max-semi-space-size=64',
  '--heap-growing-percent=40',
];

/**
 * Where the V8 startup snapshot of the compiler's process lies once set-up has made it: its memory with TypeScript
 * loaded and the libraries' types read, which takes most of a second otherwise. The name tells what it was made
 * from, so that no other is taken. A library that has changed since is read anew when the compiler starts.
 */
export function snapshotPath(): string {
  const own = readdirSync(__dirname).filter((name) => name.endsWith('.js'));
  const sources = [
    ...own.map((name) => path.join(__dirname, name)),
    createRequire(__filename).resolve('typescript'),
  ];
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}`);
  for (const file of sources) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`\n${file} ${mtimeMs} ${size}`);
  }
  return path.join(__dirname, `compiler-${hash.digest('hex').slice(0, 16)}.blob`);
}
