import { Builder } from '../builder';
import { UnsupportedKernelError } from '../errors';
import { describe, type Graph, type State, type Value } from '../ir';
import type { TensorType } from '../operators/rule';
import type { KernelCall, Tape } from '../recorder/tape';
import { arrangementLowerings } from './arrangement';
import { convolutionGradientLowerings } from './convolution-gradient';
import { convolutionLowerings } from './convolution';
import { elementwiseLowerings } from './elementwise';
import { indexingLowerings } from './indexing';
import { cast, type Lowering } from './lowering';
import { normalisationLowerings } from './normalisation';
import { pooledConvolutions } from './pooled';
import { poolingLowerings } from './pooling';
import { productLowerings } from './product';
import { reductionLowerings } from './reduction';
import { resizeLowerings } from './resize';
import { givenTypes } from './types';

/** How each tfjs kernel is written in ONNX. */
const table: Readonly<Record<string, Lowering | undefined>> = {
  ...arrangementLowerings,
  ...convolutionLowerings,
  ...convolutionGradientLowerings,
  ...elementwiseLowerings,
  ...indexingLowerings,
  ...normalisationLowerings,
  ...poolingLowerings,
  ...productLowerings,
  ...reductionLowerings,
  ...resizeLowerings,
};

/** The kernels that have a lowering. */
export const loweredKernels: readonly string[] = Object.keys(table).sort();

/**
 * Write what was recorded as a graph of ONNX operators. Calls that no output depends on are left out.
 * @throws UnsupportedKernelError for a kernel that has no form in ONNX
 */
export function lower(tape: Tape): Graph {
  const b = new Builder(tape.states.length > 0);
  const made = new Map<Value, Value>();
  const now = (value: Value): Value => made.get(value) ?? value;
  const calls = needed(tape);
  const pooled = b.trains ? pooledConvolutions(calls) : new Set();
  for (const call of calls) {
    b.layer = call.layer;
    const results = lowerCall(b, call, now, pooled.has(call.outputs[0]));
    call.outputs.forEach((output, i) => made.set(output, results[i]));
  }
  const outputs = tape.outputs.map(({ name, value }) => ({ name, value: now(value) }));
  const states = tape.states.map((state): State => {
    const perm = state.input.shape.map((_, axis) => axis);
    return { ...state, output: now(state.output), perm };
  });
  return { inputs: tape.inputs, outputs, states, nodes: b.nodes };
}

/**
 * What a kernel gives, without running it.
 * @throws UnsupportedKernelError for a kernel of which that is not known
 */
export function typesOf(call: Omit<KernelCall, 'outputs'>): readonly TensorType[] {
  const { kernel, layer } = call;
  const inputs = call.inputs as Record<string, Value>;
  const given = { kernel, layer, inputs, attrs: call.attrs as never, isPooled: false };
  const types = givenTypes[kernel]?.(given);
  if (types !== undefined) return types;
  const lowering = table[kernel];
  if (lowering === undefined) throw new UnsupportedKernelError(kernel, layer);
  const result = lowering(new Builder(), { ...given, outputs: [] });
  const values = Array.isArray(result) ? (result as readonly Value[]) : [result as Value];
  // tfjs counts in int32 what ONNX counts in int64.
  return values.map(({ shape, dtype }) => ({ shape, dtype: dtype === 'int64' ? 'int32' : dtype }));
}

function needed({ calls, outputs, states }: Tape): KernelCall[] {
  const wanted = new Set([...outputs.map(({ value }) => value), ...states.map(({ output }) => output)]);
  const kept = calls.toReversed().filter((call) => {
    if (!call.outputs.some((output) => wanted.has(output))) return false;
    for (const input of Object.values(call.inputs)) if (input) wanted.add(input);
    return true;
  });
  return kept.reverse();
}

function lowerCall(
  b: Builder,
  call: KernelCall,
  now: (value: Value) => Value,
  isPooled: boolean,
): readonly Value[] {
  const lowering = table[call.kernel];
  if (lowering === undefined) throw new UnsupportedKernelError(call.kernel, call.layer);
  const given = Object.entries(call.inputs).flatMap(([name, value]) => (value ? [[name, now(value)]] : []));
  const inputs = Object.fromEntries(given) as Record<string, Value>;
  const result = lowering(b, { ...call, inputs, attrs: call.attrs as never, isPooled });
  const values = Array.isArray(result) ? (result as readonly Value[]) : [result as Value];
  return call.outputs.map((expected, i) => {
    const value = cast(b, values[i], expected.dtype);
    if (value.shape.join() === expected.shape.join()) return value;
    throw new TypeError(`${call.kernel} gives ${describe(expected)}, its lowering ${describe(value)}.`);
  });
}
