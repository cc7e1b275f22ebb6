import { intsOf, rebuild, type Data, type Graph, type Node, type Value } from '../graph/index';
import { ExportError } from './errors';

/** A graph for any batch size, and the lengths of its values' axes: a number, or a name. */
export interface DynamicGraph {
  readonly graph: Graph;
  readonly dims: (value: Value) => readonly (number | string)[];
}

/** The name of the batch's axis in the file. */
const BATCH = 'batch';

/**
 * Make one graph for any batch size of two that were traced with different ones. What differs between them is the
 * batch: lengths of axes get its name, shapes to reshape to are left for the runtime to find.
 *
 * @throws ExportError where the batch size is built in in another way, naming the layer
 */
export function anyBatch(one: Graph, other: Graph, sizes: readonly [number, number]): DynamicGraph {
  if (one.nodes.length !== other.nodes.length)
    throw new ExportError(`${BUILT_IN}: it has other operators for each.`);
  let at = 0;
  const graph = rebuild(one, (b, node) => {
    const twin = other.nodes[at++];
    return b.all(node.op, flexibleInputs(node, twin), sameAttributes(node, twin));
  });
  const names = new Map<Value, readonly (number | string)[]>();
  const compare = (value: Value, twin: Value): unknown =>
    names.set(value, value.shape.map((length, axis) => lengthOf(length, twin.shape[axis], sizes))); // prettier-ignore
  graph.inputs.forEach((value, i) => compare(value, other.inputs[i]));
  graph.nodes.forEach(({ outputs }, i) =>
    outputs.forEach((value, k) => compare(value, other.nodes[i].outputs[k])),
  );
  return { graph, dims: (value) => names.get(value) ?? value.shape };
}

const BUILT_IN = 'The model does not work for every batch size';

function builtIn({ op, layer }: Node): ExportError {
  const place = layer === '' ? op : `${op} in layer "${layer}"`;
  return new ExportError(`${BUILT_IN}: ${place} has it built in. Export with a fixed one: { batch: 1 }.`);
}

/** A length that grows with the batch, as a name: `batch`, or `64*batch` where examples are laid side by side. */
function lengthOf(
  length: number,
  other: number,
  [size, otherSize]: readonly [number, number],
): number | string {
  if (length === other) return length;
  const times = length / size;
  if (times !== other / otherSize)
    throw new ExportError(`${BUILT_IN}: an axis has ${length} or ${other} elements.`);
  return times === 1 ? BATCH : `${times}*${BATCH}`;
}

function sameAttributes(node: Node, twin: Node): Node['attrs'] {
  if (node.op !== twin.op || JSON.stringify(node.attrs) !== JSON.stringify(twin.attrs)) throw builtIn(node);
  return node.attrs;
}

function flexibleInputs(node: Node, twin: Node): readonly (Value | undefined)[] {
  return node.inputs.map((input, i) => {
    const other = twin.inputs[i];
    if (input?.data === undefined || isSame(input, other!)) return input;
    if (i !== 1 || (node.op !== 'Reshape' && node.op !== 'Expand')) throw builtIn(node);
    return flexibleShape(node, twin);
  });
}

function isSame({ data, shape }: Value, other: Value): boolean {
  return (
    other.data !== undefined && shape.join() === other.shape.join() && bytes(data!).equals(bytes(other.data))
  );
}

function bytes({ buffer, byteOffset, byteLength }: Data): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** A shape that holds for every batch: −1 is what is left to reshape to, 1 keeps an axis that is there already. */
function flexibleShape(node: Node, twin: Node): Value {
  const [shape, other] = [node, twin].map(({ inputs }) => intsOf(inputs[1]));
  const open = shape.flatMap((length, axis) => (length === other[axis] ? [] : [axis]));
  const [x, y] = [node, twin].map(({ inputs }) => inputs[0]!.shape);
  const offset = shape.length - x.length;
  const isThere = (axis: number): boolean =>
    x[axis - offset] === shape[axis] && y[axis - offset] === other[axis];
  const keeps = node.op === 'Expand' && open.every(isThere);
  if (shape.length !== other.length || !(keeps || (node.op === 'Reshape' && open.length === 1)))
    throw builtIn(node);
  const lengths = shape.map((length, axis) => (open.includes(axis) ? (keeps ? 1 : -1) : length));
  return { ...node.inputs[1]!, data: BigInt64Array.from(lengths, BigInt) };
}
