import { intList, intsOf, sizeOf, type Attributes, type Node, type Value } from './ir';
import { infer } from './operators/index';

type Input = Value | undefined;

/** Collects nodes, each with the shapes and types of what it makes. */
export class Builder {
  readonly nodes: Node[] = [];
  /** Goes into the nodes that are made next. */
  layer = '';

  readonly #shared = new Map<string, Value>();

  /** In a graph that trains, weights are no constants that could be prepared once. */
  constructor(readonly trains = false) {}

  /** Apply an operator and return its outputs. */
  all(op: string, inputs: readonly Input[], attrs: Attributes = {}): readonly Value[] {
    const types = infer(op, inputs, attrs);
    const outputs: Value[] = [];
    const node: Node = { op, inputs, attrs, outputs, layer: this.layer };
    for (const type of types) outputs.push({ ...type, from: node });
    this.nodes.push(node);
    return outputs;
  }

  /** Apply an operator and return its first output. */
  op(op: string, inputs: readonly Input[], attrs: Attributes = {}): Value {
    return this.all(op, inputs, attrs)[0];
  }

  /** A constant that several nodes read, made once. */
  shared(key: string, make: () => Value): Value {
    const known = this.#shared.get(key) ?? make();
    this.#shared.set(key, known);
    return known;
  }

  /** The same elements in another shape. */
  reshape(x: Value, shape: readonly number[]): Value {
    return this.op('Reshape', [x, intList(shape)]);
  }

  /** Axis `i` of the result is axis `perm[i]` of `x`. */
  transpose(x: Value, perm: readonly number[]): Value {
    return this.op('Transpose', [x], { perm });
  }

  /** Cut out of `x` along some axes; ends are exclusive. */
  slice(
    x: Value,
    axes: readonly number[],
    starts: readonly number[],
    ends: readonly number[],
    steps: readonly number[] = axes.map(() => 1),
  ): Value {
    return this.op('Slice', [x, ...[starts, ends, axes, steps].map(intList)]);
  }

  /** The same elements backwards along some axes. */
  reverse(x: Value, axes: readonly number[]): Value {
    const [first, beyond] = [axes.map(() => -1), axes.map((axis) => -x.shape[axis] - 1)];
    return this.slice(x, axes, first, beyond, first);
  }

  /** Repeat a value along axes of length 1. */
  expand(x: Value, shape: readonly number[]): Value {
    return this.op('Expand', [x, intList(shape)]);
  }
}

/** The axes that a reduction, or a slice, works on. */
export function axesOf(node: Node): number[] {
  return intsOf(node.op === 'Slice' ? node.inputs[3] : node.inputs[1]);
}

/** Whether a value has one element. */
export function isSingle({ shape }: Value): boolean {
  return sizeOf(shape) === 1;
}
