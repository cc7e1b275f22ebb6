import { axesOf, Builder } from '../builder';
import { constant, intList, type Graph, type Node, type Value } from '../ir';
import { isElementwise } from '../operators/index';
import {
  carry,
  compose,
  identity,
  inverse,
  isIdentity,
  keepsOrder,
  permuted,
  transposeData,
  type Permutation,
} from '../permutation';
import { chooseLayouts, isFlexible, type Layouts } from './layout-choice';

/** How a value of the old graph exists in the new one: transposed by `perm`. */
interface Stored {
  readonly value: Value;
  readonly perm: Permutation;
}

/**
 * Move transpositions to where they cancel or cost least. tfjs keeps channels last and ONNX channels first, so the
 * lowering transposes around every convolution and pooling; here chains of elementwise nodes, paddings and
 * concatenations between them are computed with channels first, weights are kept in ONNX's order, and only what still
 * needs another order is transposed.
 */
export function moveTransposes(graph: Graph): Graph {
  return new LayoutRewrite(graph, chooseLayouts(graph)).run();
}

class LayoutRewrite {
  readonly #b = new Builder();
  readonly #stored = new Map<Value, Stored>();
  readonly #transposed = new Map<Value, Map<string, Value>>();

  constructor(
    readonly graph: Graph,
    readonly layouts: Layouts,
  ) {}

  run(): Graph {
    const { inputs, outputs, nodes } = this.graph;
    const states = this.graph.states.map((state) => {
      const perm = this.layouts.ofState.get(state) ?? identity(state.input.shape.length);
      const input = { ...state.input, shape: permuted(state.input.shape, perm) };
      this.#stored.set(state.input, { value: input, perm });
      return { ...state, input, perm: compose(state.perm, perm) };
    });
    for (const node of nodes) {
      this.#b.layer = node.layer;
      this.#rewrite(node);
    }
    return {
      inputs,
      outputs: outputs.map(({ name, value }) => ({ name, value: this.#get(value) })),
      states: states.map((state, i) => {
        const { perm } = this.#now(this.graph.states[i].input);
        return { ...state, output: this.#get(state.output, perm) };
      }),
      nodes: this.#b.nodes,
    };
  }

  #now(value: Value): Stored {
    return this.#stored.get(value) ?? { value, perm: identity(value.shape.length) };
  }

  /** An old value, transposed by `perm`, as a value of the new graph. */
  #get(old: Value, perm: Permutation = identity(old.shape.length)): Value {
    const { value, perm: stored } = this.#now(old);
    return this.#transpose(value, compose(inverse(stored), perm));
  }

  #transpose(value: Value, perm: Permutation): Value {
    if (isIdentity(perm)) return value;
    const known = this.#transposed.get(value) ?? new Map<string, Value>();
    this.#transposed.set(value, known);
    let result = known.get(perm.join());
    if (result === undefined) {
      result = this.#makeTransposed(value, perm);
      known.set(perm.join(), result);
    }
    return result;
  }

  #makeTransposed(value: Value, perm: Permutation): Value {
    const { data, dtype, shape, name } = value;
    if (data) return constant(transposeData(data, dtype, shape, perm), permuted(shape, perm), dtype, name);
    return keepsOrder(shape, perm)
      ? this.#b.reshape(value, permuted(shape, perm))
      : this.#b.transpose(value, perm);
  }

  #rewrite(node: Node): void {
    const { op, attrs } = node;
    if (op === 'Transpose') this.#defer(node);
    else if (isFlexible(node)) this.#compute(node, this.layouts.ofNode.get(node)!);
    else if (op === 'Reshape') this.#reshape(node);
    else if (attrs.keepdims === 0 && node.inputs.length === 2) this.#reduce(node);
    else {
      const outputs = this.#b.all(op, node.inputs.map((input) => input && this.#get(input)), attrs); // prettier-ignore
      node.outputs.forEach((output, i) => this.#stored.set(output, { value: outputs[i], perm: identity(output.shape.length) })); // prettier-ignore
    }
  }

  /** A transposition is done only when somebody wants its result in this order. */
  #defer({ inputs: [x], outputs: [y], attrs }: Node): void {
    const { value, perm } = this.#now(x!);
    this.#stored.set(y, { value, perm: compose(inverse(attrs.perm as Permutation), perm) });
  }

  /** Reshape what is there, where that gives the same elements in some order of axes. */
  #reshape({ inputs: [x], outputs: [y] }: Node): void {
    const { value, perm } = this.#now(x!);
    const carried = carry(x!.shape, y.shape, perm);
    const [from, order] = carried ? [value, carried] : [this.#get(x!), identity(y.shape.length)];
    this.#stored.set(y, { value: this.#b.reshape(from, permuted(y.shape, order)), perm: order });
  }

  /** A reduction that drops its axes takes its input in any order; the rest keeps that order. */
  #reduce(node: Node): void {
    const [x] = node.inputs;
    const { value, perm } = this.#now(x!);
    const axes = new Set(axesOf(node));
    const renamed = [...axes].map((axis) => perm.indexOf(axis));
    const left = perm.filter((axis) => !axes.has(axis));
    const sorted = left.toSorted((a, b) => a - b);
    const result = this.#b.op(node.op, [value, intList(renamed)], node.attrs);
    this.#stored.set(node.outputs[0], { value: result, perm: left.map((axis) => sorted.indexOf(axis)) });
  }

  #compute(node: Node, perm: Permutation): void {
    const [y] = node.outputs;
    const { inputs, attrs } = isIdentity(perm) ? node : renamed(node, perm);
    const operands = isElementwise(node.op) || node.op === 'Concat' ? inputs.length : 1;
    const arranged = inputs.map((input, i) =>
      input && i < operands ? this.#fit(input, y.shape.length, perm) : input,
    );
    const values = this.#b.all(node.op, arranged, attrs);
    node.outputs.forEach((output, i) => this.#stored.set(output, { value: values[i], perm }));
  }

  /** An operand that is spread over a result of `rank` axes, with its own in the order of the result's. */
  #fit(input: Value, rank: number, perm: Permutation): Value {
    const { length } = input.shape;
    if (length === 0 || isIdentity(perm)) return this.#get(input);
    if (length === rank) return this.#get(input, perm);
    const shape = [...Array.from({ length: rank - length }, () => 1), ...input.shape];
    return this.#transpose(this.#b.reshape(this.#get(input), shape), perm);
  }
}

/** A node with its own axes renamed for tensors transposed by `perm`; inputs that list axes are new ones. */
function renamed(node: Node, perm: Permutation): Pick<Node, 'inputs' | 'attrs'> {
  const { op, inputs, attrs } = node;
  const [x, second, ...rest] = inputs;
  const rename = (axis: number): number => perm.indexOf(axis);
  const shift = (list: readonly number[], offset: number): number[] =>
    perm.map((axis) => list[axis + offset]);
  switch (op) {
    case 'Concat':
    case 'Split':
      return { inputs, attrs: { ...attrs, axis: rename(attrs.axis as number) } };
    case 'Expand':
      return { inputs: [x, intList(permuted(node.outputs[0].shape, perm))], attrs };
    case 'Pad': {
      const pads = Array.from(second!.data as BigInt64Array, Number);
      return { inputs: [x, intList([...shift(pads, 0), ...shift(pads, perm.length)]), ...rest], attrs };
    }
    case 'Slice':
      return { inputs: [x, second, rest[0], intList(axesOf(node).map(rename)), rest[2]], attrs };
    default:
      return op.startsWith('Reduce')
        ? { inputs: [x, intList(axesOf(node).map(rename))], attrs }
        : { inputs, attrs };
  }
}
