import { tf } from '../engine/index';
import { GraphError } from './errors';
import { add, div, flush, Formula, mul, set, sqrt, sub, type Elements, type Operand } from './simd';

/** An optimizer whose update is done beside the graph, with the learning rate that it has at that moment. */
export interface Update {
  /** The optimizer's variables for the `i`-th of those that it trains; made where they are missing. */
  slots(i: number, variable: tf.Variable): tf.Variable[];
  /** Numbers that the optimizer keeps as variables, with what each is multiplied by in every step. */
  readonly powers: readonly { readonly variable: tf.Variable; readonly base: number }[];
  /** How a variable changes in place: its elements, their gradients, and its slots, in this order. */
  readonly formula: Formula;
  /** The formula's numbers in the step in hand. */
  numbers(powers: readonly number[]): readonly number[];
}

interface Slot {
  originalName: string;
  variable: tf.Variable;
}

/** A list of an optimizer's slots, and what its entries are called after their variable's name. */
type SlotList = readonly [list: (Slot | undefined)[], suffix: string];

/**
 * The update of one of tfjs's optimizers, which are elementwise: some operators over all weights, each of them a pass
 * over memory, that one loop does in one pass. `undefined` for others, which are traced with the rest of the step.
 */
export function updateOf(optimizer: tf.Optimizer): Update | undefined {
  // What is derived from a class may do something else.
  switch (optimizer.constructor) {
    case tf.SGDOptimizer:
      return sgd(optimizer as unknown as Sgd);
    case tf.MomentumOptimizer:
      return momentum(optimizer as unknown as Momentum);
    case tf.RMSPropOptimizer:
      return rmsProp(optimizer as unknown as RmsProp);
    case tf.AdamOptimizer:
      return adam(optimizer as unknown as Adam);
    default:
      return undefined;
  }
}

/** Moments that are taken for zero: a learning rate's share of larger ones is no number that processors are slow with. */
const MOMENT = 2 ** -100;

/** Mean squares that are taken for zero, of numbers far below any ε. */
const SQUARE = 2 ** -120;

/** Squares of gradients, where those are not so small that the square is a number that processors are slow with. */
const square = (gradients: Elements): Operand => mul(flush(gradients, 2 ** -58), gradients);

function slotsIn(...lists: readonly SlotList[]): Update['slots'] {
  return (i, variable) =>
    lists.map(([list, suffix]) => {
      list[i] ??= {
        originalName: `${variable.name}/${suffix}`,
        variable: tf.tidy(() => tf.variable(tf.zerosLike(variable), false)),
      };
      const slot = list[i].variable;
      if (slot.shape.join() === variable.shape.join()) return slot;
      throw new GraphError(
        `The optimizer's ${suffix} for ${variable.name} is another variable's. Compile the model again.`,
      );
    });
}

interface Sgd {
  learningRate: number;
}

const SGD = new Formula(2, 1, ([weights, gradients], [rate]) => [
  set(weights, sub(weights, mul(rate, gradients))),
]);

function sgd(optimizer: Sgd): Update {
  return { slots: () => [], powers: [], formula: SGD, numbers: () => [optimizer.learningRate] };
}

interface Momentum extends Sgd {
  momentum: number;
  useNesterov: boolean;
  accumulations: Slot[];
}

const [MOMENTUM, NESTEROV] = [false, true].map(
  (isNesterov) =>
    new Formula(3, 2, ([weights, gradients, moments], [rate, decay]) => [
      set(moments, add(mul(decay, flush(moments, MOMENT)), gradients)),
      set(weights, sub(weights, mul(rate, isNesterov ? add(gradients, mul(decay, moments)) : moments))),
    ]),
);

function momentum(optimizer: Momentum): Update {
  return {
    slots: (i, variable) => slotsIn([optimizer.accumulations, 'momentum'])(i, variable),
    powers: [],
    formula: optimizer.useNesterov ? NESTEROV : MOMENTUM,
    numbers: () => [optimizer.learningRate, optimizer.momentum],
  };
}

interface RmsProp extends Sgd {
  decay: number;
  momentum: number;
  epsilon: number;
  centered: boolean;
  accumulatedMeanSquares: Slot[];
  accumulatedMoments: Slot[];
  accumulatedMeanGrads: Slot[];
}

const RMS_PROP = new Formula(4, 5, ([weights, gradients, squares, moments], numbers) => {
  const [rate, decay, share, momentum, epsilon] = numbers;
  return [
    set(squares, add(mul(decay, flush(squares, SQUARE)), mul(share, square(gradients)))),
    set(
      moments,
      add(mul(momentum, flush(moments, MOMENT)), div(mul(rate, gradients), sqrt(add(squares, epsilon)))),
    ),
    set(weights, sub(weights, moments)),
  ];
});

/** tfjs takes ε from the variance here, and adds it to the mean square else. */
const CENTERED = new Formula(5, 5, ([weights, gradients, squares, moments, means], numbers) => {
  const [rate, decay, share, momentum, epsilon] = numbers;
  const variance = sub(squares, add(mul(means, means), epsilon));
  return [
    set(squares, add(mul(decay, flush(squares, SQUARE)), mul(share, square(gradients)))),
    set(means, add(mul(decay, flush(means, MOMENT)), mul(share, gradients))),
    set(moments, add(mul(momentum, flush(moments, MOMENT)), div(mul(rate, gradients), sqrt(variance)))),
    set(weights, sub(weights, moments)),
  ];
});

function rmsProp(optimizer: RmsProp): Update {
  return {
    slots(i, variable) {
      const { accumulatedMeanSquares, accumulatedMoments, accumulatedMeanGrads, centered } = optimizer;
      const lists: SlotList[] = [
        [accumulatedMeanSquares, 'rms'],
        [accumulatedMoments, 'momentum'],
      ];
      if (centered) lists.push([accumulatedMeanGrads, 'mg']);
      return slotsIn(...lists)(i, variable);
    },
    powers: [],
    formula: optimizer.centered ? CENTERED : RMS_PROP,
    numbers() {
      const { learningRate, decay, momentum, epsilon } = optimizer;
      return [learningRate, decay, 1 - decay, momentum, epsilon];
    },
  };
}

interface Adam extends Sgd {
  beta1: number;
  beta2: number;
  epsilon: number;
  accBeta1: tf.Variable;
  accBeta2: tf.Variable;
  accumulatedFirstMoment: Slot[];
  accumulatedSecondMoment: Slot[];
}

/** rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε), with the constants of the step taken out of the loop. */
const ADAM = new Formula(4, 6, ([weights, gradients, first, second], numbers) => {
  const [rate, epsilon, beta1, share1, beta2, share2] = numbers;
  return [
    set(first, add(mul(beta1, flush(first, MOMENT)), mul(share1, gradients))),
    set(second, add(mul(beta2, flush(second, SQUARE)), mul(share2, square(gradients)))),
    set(weights, sub(weights, div(mul(rate, first), add(sqrt(second), epsilon)))),
  ];
});

function adam(optimizer: Adam): Update {
  const { beta1, beta2, accBeta1, accBeta2 } = optimizer;
  return {
    slots(i, variable) {
      const { accumulatedFirstMoment, accumulatedSecondMoment } = optimizer;
      return slotsIn([accumulatedFirstMoment, 'm'], [accumulatedSecondMoment, 'v'])(i, variable);
    },
    powers: [
      { variable: accBeta1, base: beta1 },
      { variable: accBeta2, base: beta2 },
    ],
    formula: ADAM,
    numbers([power1, power2]) {
      const { learningRate, epsilon } = optimizer;
      const deviation = Math.sqrt(1 - power2);
      const rate = (learningRate * deviation) / (1 - power1);
      return [rate, epsilon * deviation, beta1, 1 - beta1, beta2, 1 - beta2];
    },
  };
}
