import { VERSION } from '../../version';
import { isComputed, OPSET, type Attributes, type Data, type Node, type Value } from '../ir';
import type { NamedGraph } from '../names';
import { ATTRIBUTE_TYPES, DATA_TYPES, EXTERNAL, ModelProto } from './schema';

/** The IR version that goes with opset 18. */
const IR_VERSION = 8;

/** Where a weight's bytes lie outside of the model's file. */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

export interface EncodeOptions {
  /** The graph's name in the file. */
  readonly name?: string;
  /** Lengths of a value's axes, a name for one that is not fixed. Default: its shape. */
  readonly dims?: (value: Value) => readonly (number | string)[];
  /** Where to find a weight's data, for those that do not go into the file itself. */
  readonly external?: (data: Uint8Array) => ExternalData | undefined;
  /** The name of an empty sequence that comes before the other outputs, for {@link Session.fill}. */
  readonly before?: string;
}

/** Attributes that ONNX's schema has as floats; all other numbers are integers. */
const FLOATS = new Set(['alpha', 'beta', 'bias', 'epsilon', 'gamma', 'high', 'low']);

/** A graph as the bytes of an ONNX model, with the type and shape of every value. */
export function encode(named: NamedGraph, options: EncodeOptions = {}): Uint8Array {
  const model = {
    ir_version: IR_VERSION,
    producer_name: 'convlab',
    producer_version: VERSION,
    opset_import: [{ domain: '', version: OPSET }],
    graph: encodeGraph(named, options),
  };
  return ModelProto.encode(model).finish();
}

function encodeGraph({ graph, values, nodes, constants }: NamedGraph, options: EncodeOptions): object {
  const { name = 'graph', dims = ({ shape }: Value) => shape, external = () => undefined, before } = options;
  const { inputs, states, outputs } = graph;
  const info = (value: Value): object => {
    return { name: values.get(value), type: { tensor_type: typeOf(value, dims) } };
  };
  const next = states.filter(isComputed).map(({ output }) => output);
  const ends = new Set([...outputs.map(({ value }) => value), ...next]);
  const made = graph.nodes.flatMap((node) => node.outputs).filter((value) => values.has(value));
  return {
    name,
    node: [
      ...graph.nodes.map((node) => encodeNode(node, nodes.get(node)!, values)),
      ...(before === undefined ? [] : [{ op_type: 'SequenceEmpty', name: before, output: [before] }]),
    ],
    initializer: constants.map((value) => encodeTensor(value, values.get(value)!, external)),
    input: [...inputs, ...states.map(({ input }) => input)].map(info),
    output: [...(before === undefined ? [] : [{ name: before, type: SEQUENCE }]), ...[...ends].map(info)],
    value_info: made.filter((value) => !ends.has(value)).map(info),
  };
}

/** A sequence of float32 tensors of any shape, as SequenceEmpty gives. */
const SEQUENCE = { sequence_type: { elem_type: { tensor_type: { elem_type: DATA_TYPES.float32 } } } };

function typeOf(value: Value, dims: (value: Value) => readonly (number | string)[]): object {
  const dim = dims(value).map((length) =>
    typeof length === 'string' ? { dim_param: length } : { dim_value: length },
  );
  return { elem_type: DATA_TYPES[value.dtype], shape: { dim } };
}

function encodeNode(
  { op, inputs, outputs, attrs }: Node,
  name: string,
  values: ReadonlyMap<Value, string>,
): object {
  return {
    op_type: op,
    name,
    input: inputs.map((input) => (input === undefined ? '' : values.get(input))),
    output: outputs.flatMap((output) => values.get(output) ?? []),
    attribute: Object.entries(attrs).map(([key, value]) => encodeAttribute(op, key, value)),
  };
}

function encodeAttribute(op: string, name: string, value: Attributes[string]): object {
  const type = (kind: keyof typeof ATTRIBUTE_TYPES): object => ({ name, type: ATTRIBUTE_TYPES[kind] });
  if (op === 'Cast') return { ...type('int'), i: DATA_TYPES[value as keyof typeof DATA_TYPES] };
  if (typeof value === 'string') return { ...type('string'), s: Buffer.from(value) };
  if (typeof value === 'object') return { ...type('ints'), ints: value };
  return FLOATS.has(name) ? { ...type('float'), f: value } : { ...type('int'), i: value };
}

function bytesOf(data: Data): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function encodeTensor(
  { shape, dtype, data }: Value,
  name: string,
  external: EncodeOptions['external'],
): object {
  const tensor = { name, dims: shape, data_type: DATA_TYPES[dtype] };
  const bytes = bytesOf(data!);
  const place = external!(bytes);
  if (place === undefined) return { ...tensor, raw_data: bytes };
  const entries = Object.entries(place).map(([key, value]) => ({
    key,
    value: String(value as string | number),
  }));
  return { ...tensor, external_data: entries, data_location: EXTERNAL };
}
