/** What every step of the set-up is given: paths, environment, stamps, a way to run tools under the lock. */
import { layout, ROOT } from '../lib/layout.mjs';
import { UserError, diskErrorIn } from '../lib/errors.mjs';
import { lastLines, run } from '../lib/processes.mjs';
import { Progress } from '../lib/progress.mjs';
import { Stamps } from '../lib/stamps.mjs';

/**
 * @typedef {object} Step one step of the set-up
 * @property {string} name the stamp's name
 * @property {string} title what is printed
 * @property {(context: Context) => Promise<Plan>} plan what the step is made from and what it makes
 * @property {(context: Context, plan: Plan) => Promise<{ note?: string, facts?: object }>} perform
 * @property {string} [loss] what is lost where the step is left out
 * @property {(context: Context) => void} [discard] removes a product that nobody should trust any more
 *
 * @typedef {object} Plan
 * @property {string[]} inputs hashed: the step is redone when one changes
 * @property {string[]} products paths that exist once the step is done
 * @property {string} [broken] why the step must be redone although its inputs are the same
 * @property {{ what: string, mend: string, follows?: boolean }} [missing] why the step cannot be done here, and what
 *   to do about it; `follows` from an earlier step that was left out
 * @property {boolean} [adopt] the product is there and right though no stamp says so
 *
 * @typedef {ReturnType<typeof createContext>} Context
 */

/** The plan of a step that an earlier one, left out, takes with it. @type {Plan} */
export const FOLLOWS = { inputs: [], products: [], missing: { what: '', mend: '', follows: true } };

/** A step that fails without stopping the set-up: the engine falls to WASM, or what needs Python is left out. */
export class LeftOut extends UserError {}

/** @param {{ root?: string, env?: NodeJS.ProcessEnv, progress?: Progress, node?: string }} [options] */
export function createContext({
  root = ROOT,
  env = process.env,
  progress = new Progress(),
  node = process.execPath,
} = {}) {
  const paths = layout(root);
  const context = {
    root,
    paths,
    env,
    node,
    progress,
    stamps: new Stamps(paths.state),
    /** Set while the set-up holds its lock: notes the child that works. @type {(pid: number) => void} */
    noteChild: () => {},
    /** Runs a tool; a failure is an error with the tool's last lines. */
    async tool(command, args, options = {}) {
      const { fail, writes = root, ...rest } = options;
      const result = await run(command, args, {
        cwd: root,
        env,
        ...rest,
        onStart: (pid) => context.noteChild(pid),
      });
      if (result.code === 0) return result;
      throw diskErrorIn(result.output, writes) ?? fail(lastLines(result.output), result);
    },
  };
  return context;
}
