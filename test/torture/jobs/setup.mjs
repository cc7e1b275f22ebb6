/** The set-up's own steps, under its lock and with its stamps, in a checkout of two small sources. */
import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { layout, ROOT } from '../../../scripts/lib/layout.mjs';
import { readJson } from '../../../scripts/lib/files.mjs';
import { Stamps } from '../../../scripts/lib/stamps.mjs';
import { build } from '../../../scripts/setup/build.mjs';
import { kernelspec } from '../../../scripts/setup/kernelspec.mjs';
import { setUp } from '../../../scripts/setup/run.mjs';

const CONFIG = {
  compilerOptions: {
    ...{ module: 'commonjs', target: 'es2022', lib: ['es5'], types: [], skipLibCheck: true },
    ...{ rootDir: 'src', outDir: 'dist', incremental: true, tsBuildInfoFile: 'dist/.tsbuildinfo' },
  },
  include: ['src'],
};
const SPECIFICATION =
  "export const kernelSpec = () => ({ argv: ['node', 'kernel'], language: 'typescript' });\n";

const rootIn = ({ work }) => join(work, 'checkout');
const quiet = { line: () => undefined, step: (_, perform) => perform() };

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** What the source says now, and what the build makes of it. */
const numberIn = (path) => /number = (\d+)/.exec(readFileSync(path, 'utf8'))?.[1];

const run = (sandbox) => setUp({ root: rootIn(sandbox), progress: quiet }, [build, kernelspec]);

/** Changes the source, so that the build has something to do. */
function change(sandbox) {
  const source = join(rootIn(sandbox), 'src/main.ts');
  write(source, `export const number = ${Number(numberIn(source)) + 1};\n`);
}

export const settingUp = {
  folder: 'work',
  span: 3000,
  async before(sandbox) {
    const root = rootIn(sandbox);
    rmSync(root, { recursive: true, force: true });
    write(join(root, 'tsconfig.build.json'), JSON.stringify(CONFIG));
    write(join(root, 'src/main.ts'), 'export const number = 1;\n');
    write(join(root, 'src/kernel/kernelspec.ts'), SPECIFICATION);
    symlinkSync(layout(ROOT).nodeModules, join(root, 'node_modules'));
    new Stamps(layout(root).state).write('python', [], { version: '3' });
    await run(sandbox);
    change(sandbox);
  },
  clear: change,
  work: run,
  /** A stamp is there only for what was built whole; what Jupyter reads is whole. */
  async check(sandbox, moment) {
    const { root, dist, kernelspec: file, state } = layout(rootIn(sandbox));
    if (moment === 'done') await run(sandbox);
    const { inputs, products } = await build.plan({ root, paths: layout(root) });
    const [source, built] = ['src/main.ts', 'dist/main.js'].map((name) => join(root, name));
    if (new Stamps(state).isFresh('build', inputs, products)) {
      if (numberIn(source) !== numberIn(built)) throw new Error('the stamp is fresh, and the build is not');
    } else if (moment === 'done') throw new Error('the set-up has ended without its stamp');
    if (readJson(file)?.language !== 'typescript') throw new Error('the kernelspec is not whole');
    const left = [dirname(file), state, dist].flatMap((folder) => readdirSync(folder));
    const wrong = left.filter((name) => name.endsWith('.tmp') || name.startsWith('lock'));
    if (moment === 'done' && wrong.length > 0) throw new Error(`left behind: ${wrong.join(', ')}`);
  },
};
