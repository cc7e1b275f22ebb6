import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROTOCOL_VERSION } from './protocol/wire';

/** The content of `kernel_info_reply`. The versions are read, not loaded: the compiler is large. */
export function kernelInfo(packageRoot: string): object {
  const version = versionOf(packageRoot);
  const typescript = versionOf(path.dirname(require.resolve('typescript/package.json')));
  return {
    status: 'ok',
    protocol_version: PROTOCOL_VERSION,
    implementation: 'convlab',
    implementation_version: version,
    language_info: {
      name: 'typescript',
      version: typescript,
      mimetype: 'text/typescript',
      file_extension: '.ts',
      pygments_lexer: 'typescript',
      codemirror_mode: { name: 'javascript', typescript: true, mode: 'typescript' },
      nbconvert_exporter: 'script',
    },
    banner: `convlab ${version}: TypeScript ${typescript} on Node ${process.versions.node}`,
    debugger: false,
    help_links: [{ text: 'TypeScript handbook', url: 'https://www.typescriptlang.org/docs/handbook/' }],
    supported_features: [],
  };
}

function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}
