import { InputError } from '../basics/errors';
import type { tf } from '../engine/index';

/** How many values a result holds for a batch of that size. */
export function valueCount(where: string, { shape, sourceLayer }: tf.SymbolicTensor, batch: number): number {
  return shape.slice(1).reduce<number>((count, size) => {
    if (size !== null) return count * size;
    const received = `[${shape.slice(1).map(String).join(', ')}] at layer ${sourceLayer.name}`;
    throw new InputError(where, 'a model whose inputShape is known', received);
  }, batch);
}

/**
 * The results that a model computes for its outputs, in the order in which tfjs's executor computes them: depth first,
 * the last input of a layer before the others.
 */
export function executionOrder(model: tf.LayersModel): tf.SymbolicTensor[] {
  const order = new Set<tf.SymbolicTensor>();
  for (const output of model.outputs) {
    // A stack rather than recursion: networks are deep.
    const stack: { result: tf.SymbolicTensor; inputsDone: boolean }[] = [
      { result: output, inputsDone: false },
    ];
    for (let top = stack.pop(); top; top = stack.pop()) {
      if (order.has(top.result)) continue;
      if (top.inputsDone) order.add(top.result);
      else {
        stack.push({ ...top, inputsDone: true });
        for (const result of top.result.inputs) stack.push({ result, inputsDone: false });
      }
    }
  }
  return [...order];
}
