import { tf } from '../../engine/index';
import type { Value } from '../ir';
import { typeOf } from './refusals';
import type { TapeState } from './tape';
import type { WeightNames } from './weight-names';

interface OpenState {
  readonly variable: tf.Variable;
  readonly input: Value;
  current: Value;
  /** Shares the variable's data of the time before. */
  readonly before: tf.Tensor;
}

/** Variables as a traced step finds them and replaces them. */
export class VariableStates {
  readonly #states = new Map<number, OpenState>();

  /** The value that a variable has now; the first call declares it. `quietly` keeps what is done for it unrecorded. */
  of(variable: tf.Variable, quietly: <T>(run: () => T) => T): OpenState {
    let state = this.#states.get(variable.id);
    if (state === undefined) {
      const input: Value = typeOf(variable);
      const before = quietly(() => tf.keep(variable.clone()));
      state = { variable, input, current: input, before };
      this.#states.set(variable.id, state);
    }
    return state;
  }

  list(names: WeightNames): TapeState[] {
    return [...this.#states.values()].map(({ variable, input, current }) => {
      return { name: names.of(variable)!, variable, input, output: current, gives: 'next' };
    });
  }

  /** Give every variable the value that it had before, and forget the copies. */
  restore(): void {
    for (const { variable, before } of this.#states.values()) {
      if (!variable.isDisposed && variable.dataId !== before.dataId) variable.assign(before);
      before.dispose();
    }
  }
}
