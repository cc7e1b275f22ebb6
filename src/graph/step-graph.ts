import { tf } from '../engine/index';
import { GraphError } from './errors';
import { failure } from './function';
import type { Graph, Output } from './ir';
import { lower } from './lowering/index';
import { optimise } from './passes/index';
import { Interceptions } from './recorder/intercept';
import { Recorder } from './recorder/recorder';
import type { TapeState } from './recorder/tape';
import { slotNames, type EagerStep } from './trainable';

/** tfjs counts an optimizer's steps in a field of this name. */
export interface Counted {
  iterations_?: number;
}

/** Run a step on an example and write down what it computes; afterwards every variable is as it was before. */
export function graphOfStep(eager: EagerStep, example: tf.Tensor[]): Graph {
  const recorder = new Recorder('state');
  const counted = eager.optimizer as unknown as Counted;
  const { iterations_ } = counted;
  const names = eager.batchNames(example.length);
  const inputs = example.map((tensor, i) => recorder.input(tensor, names[i]));
  let outputs: Output[] = [];
  try {
    tf.tidy(() => {
      outputs = record(recorder, eager, example);
    });
    const { calls } = recorder;
    const states = readableStates(recorder.states, eager.optimizer);
    return optimise(lower({ calls, inputs, outputs, states }));
  } finally {
    recorder.restore();
    counted.iterations_ = iterations_;
  }
}

function record(recorder: Recorder, eager: EagerStep, example: tf.Tensor[]): Output[] {
  const hooks = new Interceptions();
  const label = <T>(run: () => T): T => recorder.within('optimizer', run);
  hooks.add(eager.optimizer, 'applyGradients', (apply) => (gradients) => label(() => apply(gradients)));
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
