import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../basics/errors';
import { Markup } from '../plot/templates';

/** From the compiled folder as from this one. */
const FOLDER = path.join(__dirname, '..', '..', 'src', 'models');

/**
 * The TypeScript text of one of this module's functions, as it stands in the library: with its comment, to be read in
 * a notebook. As the last value of a cell it shows itself.
 *
 * @param built such as `models.denseLayer`
 * @throws InputError for anything but an exported function of `models`, or where the library's sources are not there
 */
export function sourceOf(built: { readonly name: string }): Markup {
  const start = `\nexport function ${built.name}(`;
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => /(?<!\.test)\.ts$/.test(file)) : [];
  for (const file of files) {
    const text = readFileSync(path.join(FOLDER, file), 'utf8');
    const at = text.indexOf(start);
    if (at < 0) continue;
    const comment = /\n\/\*\*(?:(?!\*\/)[^])*\*\/$/.exec(text.slice(0, at))?.[0] ?? '';
    const code = text.slice(at, text.indexOf('\n}\n', at) + 2);
    return new Markup('text/markdown', `\`\`\`typescript${comment}${code}\n\`\`\``);
  }
  throw new InputError('models.sourceOf', 'a function of models, and the library’s sources', built.name);
}
