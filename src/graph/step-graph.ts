import { tf } from '../engine/index';
import { GraphError } from './errors';
import { failure } from './function';
import type { Graph, Output, Value } from './ir';
import { lower } from './lowering/index';
import { optimise } from './passes/index';
import { Interceptions } from './recorder/intercept';
import { Recorder } from './recorder/recorder';
import type { TapeState } from './recorder/tape';
import { slotNames, type EagerStep } from './trainable';
import { updateOf } from './updates';

/** tfjs counts an optimizer's steps in a field of this name. */
export interface Counted {
  iterations_?: number;
}

/** A training step as a graph, and what is left to do after it. */
export interface StepGraph {
  readonly graph: Graph;
  /** The variables whose gradients the graph gives, in the optimizer's order; none where the graph trains them. */
  readonly trained: readonly tf.Variable[];
}

/**
 * Write down what a step computes for an example; afterwards every variable is as it was before. The
 * optimizer's update is part of the graph, unless it can be done beside it: then the graph ends with the gradients.
 */
export function graphOfStep(eager: EagerStep, example: tf.Tensor[]): StepGraph {
  const recorder = new Recorder('state');
  const counted = eager.optimizer as unknown as Counted;
  const { iterations_ } = counted;
  const names = eager.batchNames(example.length);
  const inputs = example.map((tensor, i) => recorder.input(tensor, names[i]));
  const gradients = new Map<tf.Variable, Value | undefined>();
  let outputs: Output[] = [];
  try {
    tf.tidy(() => {
      outputs = record(recorder, eager, example, gradients);
    });
    const { calls } = recorder;
    const states = readableStates(recorder.states, eager.optimizer).map((state) => {
      const gradient = gradients.get(state.variable);
      return gradient ? { ...state, output: gradient, gives: 'gradient' as const } : state;
    });
    return { graph: optimise(lower({ calls, inputs, outputs, states })), trained: [...gradients.keys()] };
  } finally {
    recorder.restore();
    counted.iterations_ = iterations_;
  }
}

function record(
  recorder: Recorder,
  eager: EagerStep,
  example: tf.Tensor[],
  found: Map<tf.Variable, Value | undefined>,
): Output[] {
  const hooks = new Interceptions();
  const isBeside = updateOf(eager.optimizer) !== undefined;
  hooks.add(eager.optimizer, 'applyGradients', (apply) => (gradients) => {
    if (!isBeside) recorder.within('optimizer', () => apply(gradients));
    else
      for (const [name, gradient] of listed(gradients)) {
        const variable = tf.engine().registeredVariables[name];
        recorder.value(variable);
        found.set(variable, gradient && recorder.value(gradient));
      }
  });
  try {
    return recorder.record(() => {
      const results = recorder.within('loss', () => attempt(eager, example));
      const outputs = results.map((result, i) => ({
        name: eager.resultNames[i],
        value: recorder.value(result),
      }));
      tf.dispose(results);
      return outputs;
    });
  } finally {
    hooks.undo();
  }
}

type Gradients = Parameters<tf.Optimizer['applyGradients']>[0];

/** Gradients by their variable's name; nothing for a variable that the loss does not depend on. */
function listed(gradients: Gradients): (readonly [name: string, gradient: tf.Tensor | undefined])[] {
  return Array.isArray(gradients)
    ? gradients.map(({ name, tensor }) => [name, tensor])
    : Object.entries(gradients);
}

function attempt(eager: EagerStep, example: tf.Tensor[]): tf.Tensor[] {
  try {
    return eager.run(example);
  } catch (error) {
    throw error instanceof GraphError ? error : failure(error, example);
  }
}

/** The optimizer's own variables called after the variables that they belong to. */
function readableStates(states: readonly TapeState[], optimizer: tf.Optimizer): TapeState[] {
  const names = new Map(states.map(({ variable, name }) => [variable.name, name]));
  const slots = slotNames(optimizer, (name) => names.get(name) ?? name);
  return states.map((state) => ({ ...state, name: slots.get(state.variable) ?? state.name }));
}
