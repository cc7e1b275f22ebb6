import type { Value } from '../ir';
import type { KernelCall } from '../recorder/tape';
import { isPoolingOfBlocks } from './blocks';
import type { Call } from './lowering';
import { poolWindow, type PoolAttrs } from './window';

/** What may stand between a convolution and its pooling: activations of one input. */
const ACTIVATIONS = new Set(['Relu', 'Relu6', 'Elu', 'Selu', 'LeakyRelu', 'Sigmoid', 'Tanh']);

/** The results of convolutions that, with a bias and an activation, go to a max pooling of blocks of 2×2 pixels. */
export function pooledConvolutions(calls: readonly KernelCall[]): ReadonlySet<unknown> {
  const makers = new Map<Value, KernelCall>(
    calls.flatMap((call) => call.outputs.map((output) => [output, call] as const)),
  );
  const found = new Set<unknown>();
  for (const call of calls) {
    const { x } = call.inputs;
    if (call.kernel !== 'MaxPool' || x?.shape.length !== 4) continue;
    if (!isPoolingOfBlocks(poolWindow(call as unknown as Call<PoolAttrs>, x.shape))) continue;
    const source = convolutionBehind(x, makers);
    if (source !== undefined) found.add(source);
  }
  return found;
}

function convolutionBehind(value: Value, makers: ReadonlyMap<Value, KernelCall>): Value | undefined {
  const maker = makers.get(value);
  if (maker === undefined) return undefined;
  const { kernel, inputs } = maker;
  if (kernel === 'Conv2D') return value;
  if (ACTIVATIONS.has(kernel) && inputs.x) return convolutionBehind(inputs.x, makers);
  const isBias = kernel === 'Add' && inputs.a && inputs.b?.shape.length === 1;
  return isBias ? convolutionBehind(inputs.a!, makers) : undefined;
}
