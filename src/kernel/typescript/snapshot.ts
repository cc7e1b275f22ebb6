import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

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
