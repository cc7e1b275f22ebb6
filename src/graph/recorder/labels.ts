import type { TapeNode } from './engine';

/** Runs something whose kernels belong to a layer. */
export type Within = <T>(layer: string, run: () => T) => T;

/** Lets the kernels of gradients know the layer whose gradient they compute. */
export class GradientLabels {
  readonly #labelled = new WeakSet<object>();

  /** Kernels that a gradient will call belong to the layer that its operation belongs to. */
  label(node: TapeNode | undefined, layer: string, within: Within): void {
    if (node?.gradient === undefined || layer === '' || this.#labelled.has(node)) return;
    const { gradient } = node;
    const label = `${layer}/gradient`;
    // What a gradient gives are functions, which are called when their input's turn comes.
    node.gradient = (dys) => {
      const parts = Object.entries(within(label, () => gradient(dys)));
      return Object.fromEntries(parts.map(([input, part]) => [input, () => within(label, part)]));
    };
    this.#labelled.add(node);
  }
}
