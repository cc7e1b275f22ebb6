import { tf } from '../engine/index';
import { GraphError } from './errors';

/** How an optimizer changes one variable in place: its elements, their gradients, and what it keeps for them. */
export type Rule = (weights: Float32Array, gradients: Float32Array, slots: readonly Float32Array[]) => void;

/** An optimizer whose update is done beside the graph, with the learning rate that it has at that moment. */
export interface Update {
  /** The optimizer's variables for the `i`-th of those that it trains; made where they are missing. */
  slots(i: number, variable: tf.Variable): tf.Variable[];
  /** Numbers that the optimizer keeps as variables, with what each is multiplied by in every step. */
  readonly powers: readonly { readonly variable: tf.Variable; readonly base: number }[];
  /** The rule of the step in hand. */
  rule(powers: readonly number[]): Rule;
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

function sgd(optimizer: Sgd): Update {
  return {
    slots: () => [],
    powers: [],
    rule() {
      const { learningRate } = optimizer;
      return (weights, gradients) => {
        for (let i = 0; i < weights.length; i++) weights[i] -= learningRate * gradients[i];
      };
    },
  };
}

interface Momentum extends Sgd {
  momentum: number;
  useNesterov: boolean;
  accumulations: Slot[];
}

function momentum(optimizer: Momentum): Update {
  return {
    slots: (i, variable) => slotsIn([optimizer.accumulations, 'momentum'])(i, variable),
    powers: [],
    rule() {
      const { learningRate, momentum, useNesterov } = optimizer;
      return (weights, gradients, [moments]) => {
        for (let i = 0; i < weights.length; i++) {
          const moment = (moments[i] = momentum * moments[i] + gradients[i]);
          weights[i] -= learningRate * (useNesterov ? gradients[i] + momentum * moment : moment);
        }
      };
    },
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
    rule() {
      const { learningRate, decay, momentum, epsilon } = optimizer;
      const share = 1 - decay;
      return (weights, gradients, [squares, moments, means]: readonly (Float32Array | undefined)[]) => {
        for (let i = 0; i < weights.length; i++) {
          const gradient = gradients[i];
          const square = (squares![i] = decay * squares![i] + share * gradient * gradient);
          const mean = means ? (means[i] = decay * means[i] + share * gradient) : 0;
          // tfjs takes ε from the variance where it is centered, and adds it to the mean square else.
          const spread = means ? square - (mean * mean + epsilon) : square + epsilon;
          weights[i] -= moments![i] = momentum * moments![i] + (learningRate * gradient) / Math.sqrt(spread);
        }
      };
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
    rule([power1, power2]) {
      const { learningRate, epsilon } = optimizer;
      // rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε), with the constants of the step taken out of the loop.
      const deviation = Math.sqrt(1 - power2);
      const [rate, small] = [(learningRate * deviation) / (1 - power1), epsilon * deviation];
      const [share1, share2] = [1 - beta1, 1 - beta2];
      return (weights, gradients, [first, second]) => {
        for (let i = 0; i < weights.length; i++) {
          const gradient = gradients[i];
          const mean = (first[i] = beta1 * first[i] + share1 * gradient);
          const square = (second[i] = beta2 * second[i] + share2 * gradient * gradient);
          weights[i] -= (rate * mean) / (Math.sqrt(square) + small);
        }
      };
    },
  };
}
