import { tf } from '../../engine/index';
import '../../layers/index'; // a network may have layers that tfjs lacks and we do not
import { BuiltBlocks, buildBlock, type BlockCase, type BlockTask } from '../checks/block';
import { PlayedCallback, playCallback, type Played } from '../checks/callback';
import { denseLayerCheck, transitionCheck } from '../checks/densenet';
import { imageOf } from '../checks/filters';
import type { CheckName } from '../checks/index';
import { convolutionalBlockCheck, identityBlockCheck } from '../checks/resnet';
import { Wrong } from '../errors';
import { expectedCases } from '../expected';
import { outcomeOf, pick, replay, type Carrier, type Outcome } from './carrier';
import { decode, encode } from './values';

type Answer = (...args: never[]) => unknown;

/** A function of numbers, lists and pictures: it is called with each input. */
function calls<Names extends string>(
  file: string,
  names: readonly Names[],
  call: (answer: (...args: unknown[]) => unknown, input: Record<Names, unknown>) => unknown,
): Carrier {
  return {
    inputs: (set) => expectedCases(file, set).map((one) => pick(one, names)),
    give(actual, inputs) {
      if (typeof actual !== 'function') return { none: String(actual) };
      const answer = actual as (...args: unknown[]) => unknown;
      const once = (input: unknown) => () =>
        encode(call(answer, structuredClone(input) as Record<Names, unknown>));
      return { outcomes: inputs.map((input) => outcomeOf(once(input))) };
    },
    take(given) {
      const { none, outcomes } = given as { none?: string; outcomes: Outcome<unknown>[] };
      if (none !== undefined) return none;
      let next = 0;
      return (): unknown => decode(replay(outcomes[next++]));
    },
  };
}

const line = (name: string): Carrier =>
  calls(`regression-${name}`, ['x', 'y', 'w', 'b'], (answer, { x, y, w, b }) => answer(x, y, w, b));

function callback(file: string): Carrier {
  return {
    inputs: (set) => expectedCases(file, set).map((one) => pick(one, ['accuracy', 'loss', 'threshold'])),
    give: (actual, inputs) =>
      outcomeOf(() => {
        const { stops, cause } = playCallback(actual, inputs as Played[]);
        return { stops, cause: outcomeOf(cause) };
      }),
    take(given) {
      const { stops, cause } = replay(given as Outcome<{ stops: (number | null)[]; cause: Outcome<string> }>);
      return new PlayedCallback(stops, () => replay(cause));
    },
  };
}

/** What a training came to. It is the submission's own account: nobody trains again to see whether it is true. */
const training: Carrier = {
  inputs: () => [],
  give(actual) {
    if (typeof actual !== 'object' || actual === null) return encode(actual);
    const { metrics, params } = actual as { metrics?: object; params?: object };
    return encode({
      metrics: metrics && pick(metrics, ['accuracy']),
      params: params && pick(params, ['epochs']),
    });
  },
  take: decode,
};

/** A function that puts layers together: its networks travel, and are asked where their numbers are known. */
function blocks<Case extends BlockCase, Block extends Answer>(
  { task }: { task: BlockTask<Case, Block> },
  names: readonly (string & keyof Case)[],
): Carrier {
  return {
    inputs: (set) => expectedCases(task.file, set).map((one) => pick(one, ['inputShape', ...names])),
    give(actual, inputs) {
      if (typeof actual !== 'function') return { none: String(actual) };
      const once = (input: unknown) => () => topology(buildBlock(task, actual as Block, input as Case));
      return { outcomes: inputs.map((input) => outcomeOf(once(input))) };
    },
    async take(given) {
      const { none, outcomes } = given as { none?: string; outcomes: Outcome<string>[] };
      if (none !== undefined) return none;
      return new BuiltBlocks(await Promise.all(outcomes.map(rebuilt)));
    },
  };
}

async function rebuilt(outcome: Outcome<string>): Promise<() => tf.LayersModel> {
  if (!('value' in outcome)) return () => replay<never>(outcome);
  const model = await modelOf(outcome.value);
  return () => model;
}

/** Whole networks, built by `call` for each input. */
function networks(inputs: Carrier['inputs'], call: (actual: unknown, input: unknown) => unknown): Carrier {
  return {
    inputs,
    give(actual, asked) {
      if (actual === undefined) return { none: String(actual) };
      const once = (input: unknown) => () => topology(call(actual, input));
      return { outcomes: asked.map((input) => outcomeOf(once(input))) };
    },
    async take(given) {
      const { none, outcomes } = given as { none?: string; outcomes: Outcome<string>[] };
      if (none !== undefined) return none;
      const builds = await Promise.all(outcomes.map(rebuilt));
      let next = 0;
      return () => builds[next++]();
    },
  };
}

const build = (actual: unknown, ...args: unknown[]) =>
  typeof actual === 'function' ? (actual as (...args: unknown[]) => unknown)(...args) : actual;

function topology(model: unknown): string {
  if (model instanceof tf.LayersModel) return model.toJSON(null, true) as string;
  throw new Wrong({ summary: `expected a tf.LayersModel, got ${String(model)}` });
}

const modelOf = (text: string) => tf.models.modelFromJSON(JSON.parse(text) as never);

const residual = ['f', 'filters', 'stage', 'block'] as const;

/** How the answers to each check travel. */
export const carriers: Readonly<Record<CheckName, Carrier>> = {
  'regression.cost': line('cost'),
  'regression.gradients': line('gradients'),
  'regression.descend': calls('regression-descend', ['x', 'y', 'alpha', 'tolerance'], (answer, one) =>
    answer(one.x, one.y, one.alpha, one.tolerance),
  ),
  'filters.convolve': calls('filters-convolve', ['image', 'kernel', 'weight'], (answer, one) =>
    answer(imageOf(one.image as number[][]), one.kernel, one.weight),
  ),
  'filters.maxPool': calls('filters-pool', ['image'], (answer, { image }) =>
    answer(imageOf(image as number[][])),
  ),
  'mnist.callback': callback('mnist-callback'),
  'mnist.training': training,
  'happyOrSad.callback': callback('happy-or-sad-callback'),
  'happyOrSad.training': training,
  'models.identityBlock': blocks(identityBlockCheck, residual),
  'models.convolutionalBlock': blocks(convolutionalBlockCheck, [...residual, 's']),
  'models.resnet50': networks(
    () => [null],
    (actual) => build(actual),
  ),
  'models.resnet50Head': networks(
    (set) => expectedCases('models-resnet50-head', set).map((one) => (one as { classes: number }).classes),
    build,
  ),
  'models.denseLayer': blocks(denseLayerCheck, ['name', 'growth', 'bottleneck']),
  'models.transition': blocks(transitionCheck, ['name', 'compression']),
};
