/** Step 5: the TypeScript sources of `src/` compiled to `dist/`. */
import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UserError } from '../lib/errors.mjs';
import { contents, walk } from '../lib/files.mjs';

/** @type {import('./context.mjs').Step} */
export const build = {
  name: 'build',
  title: 'build',

  async plan({ root, paths }) {
    const sources = sourcesOf(root);
    const settings = ['tsconfig.json', 'tsconfig.build.json', 'node_modules/typescript/package.json'];
    return {
      inputs: contents([...sources, ...settings.map((name) => join(root, name))]),
      products: sources.filter(isCompiled).map((source) => outputOf(source, root, paths.dist)),
    };
  },

  async perform({ root, paths, node, tool }, { products, before }) {
    // the compiler trusts its own notes about dist/: they hold only if the last build came to its end
    if (!before) rmSync(join(paths.dist, '.tsbuildinfo'), { force: true });
    removeStale(root, paths.dist);
    await tool(node, [join(paths.nodeModules, 'typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
      writes: paths.dist,
      fail: (details) =>
        new UserError('the TypeScript sources do not compile', {
          details,
          mend: 'mend the errors above, then: npm run build',
        }),
    });
    return { note: `${products.length} modules` };
  },
};

function sourcesOf(root) {
  return walk(join(root, 'src')).filter((path) => /\.(ts|cts|json)$/.test(path));
}

const isCompiled = (path) => path.endsWith('.ts') && !/\.test\.ts$|\.d\.ts$|[\\/]testing[\\/]/.test(path);

function outputOf(source, root, dist) {
  return join(dist, relative(join(root, 'src'), source).replace(/\.ts$/, '.js'));
}

/** Removes compiled modules whose source is gone: an import of one must not go on working. */
function removeStale(root, dist) {
  const wanted = new Set(sourcesOf(root).map((source) => outputOf(source, root, dist)));
  for (const path of walk(dist)) {
    const module = path.replace(/(\.d\.ts|\.js)(\.map)?$/, '.js');
    if (module.endsWith('.js') && !wanted.has(module)) rmSync(path, { force: true });
  }
}
