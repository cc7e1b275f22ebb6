import { intsOf, type Graph, type Node, type Value } from '../ir';
import { rebuild, type Pass } from './rebuild';

/**
 * Let convolutions and max poolings pad by themselves: zeros around a picture need not be written to memory first. A
 * pooling has -∞ as its padding, which is the same as zeros where nothing is below zero and no window is all padding.
 *
 * It belongs behind {@link moveTransposes}, where channels are first; graphs that train keep what is pooled as it is,
 * since its gradient asks for it.
 */
export const padInWindows: Pass = (graph) =>
  isTrained(graph)
    ? graph
    : rebuild(graph, (b, node) => {
        const [padded, ...others] = node.inputs;
        const { from } = padded ?? {};
        const around = from?.op === 'Pad' && node.inputs[0] ? spatialZeros(from, padded!) : undefined;
        if (around === undefined || !mayPad(node, from!.inputs[0]!, around)) return undefined;
        const pads = (node.attrs.pads as readonly number[]).map((amount, i) => amount + around[i]);
        return b.all(node.op, [from!.inputs[0], ...others], { ...node.attrs, pads });
      });

function isTrained({ states }: Graph): boolean {
  return states.length > 0;
}

/** How many zeros a node puts before and behind each spatial axis, if it does no more than that. */
function spatialZeros({ inputs, attrs }: Node, { shape }: Value): number[] | undefined {
  const [, amounts, value] = inputs;
  if (attrs.mode !== 'constant' || Number(value?.data?.[0]) !== 0) return undefined;
  const pads = intsOf(amounts);
  const [before, behind] = [pads.slice(0, shape.length), pads.slice(shape.length)];
  const others = [...before.slice(0, 2), ...behind.slice(0, 2)];
  const spatial = [...before.slice(2), ...behind.slice(2)];
  return others.every((amount) => amount === 0) && spatial.every((amount) => amount >= 0)
    ? spatial
    : undefined;
}

function mayPad({ op, attrs }: Node, x: Value, around: readonly number[]): boolean {
  if (op === 'Conv') return true;
  if (op !== 'MaxPool' || x.from?.op !== 'Relu') return false;
  const [size, pads] = [attrs.kernel_shape, attrs.pads] as (readonly number[])[];
  return around.every((amount, i) => amount + pads[i] < size[i % size.length]);
}
