import { tf } from '../../engine/index';

/** Names of weights: as their layer calls them, since tfjs numbers variables of equal names in a process. */
export class WeightNames {
  readonly #variables = new Map<tf.Variable, string>();
  /** Weights in another shape, by tensor id. */
  readonly #others = new Map<number, string>();

  learn({ weights }: tf.layers.Layer): void {
    for (const weight of weights) {
      const variable = weight.read();
      if (variable instanceof tf.Variable) this.#variables.set(variable as tf.Variable, weight.originalName);
    }
  }

  of(tensor: tf.Tensor): string | undefined {
    if (!(tensor instanceof tf.Variable)) return this.#others.get(tensor.id);
    const variable = tensor as tf.Variable;
    return this.#variables.get(variable) ?? variable.name;
  }

  /** `to` is the weight `from` in another shape, if it is one. */
  pass(from: tf.Tensor, to: tf.Tensor): void {
    const name = this.of(from);
    if (name !== undefined) this.#others.set(to.id, name);
  }
}
