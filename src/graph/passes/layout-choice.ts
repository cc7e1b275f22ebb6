import { sizeOf, type Graph, type Node, type State, type Value } from '../ir';
import { isElementwise } from '../operators/index';
import { carry, compose, identity, inverse, isIdentity, keepsOrder, type Permutation } from '../permutation';

/** Operators, next to the elementwise ones, that work in any order of axes when their own axes are renamed. */
const RENAMED = new Set([
  'Concat',
  'Expand',
  'Pad',
  'Slice',
  'ReduceMax',
  'ReduceMean',
  'ReduceMin',
  'ReduceSum',
  'Split',
]);

/** Whether a node computes the same with the axes of all its tensors in another order. */
export function isFlexible({ op, attrs, outputs: [{ shape }] }: Node): boolean {
  if (shape.length < 2) return false;
  return isElementwise(op) || (RENAMED.has(op) && attrs.keepdims !== 0);
}

/** The axes that a node's tensors are stored in. */
export interface Layouts {
  /** For flexible nodes: the order of axes in which to compute. */
  readonly ofNode: ReadonlyMap<Node, Permutation>;
  /** For states: the order in which the graph keeps the variable. */
  readonly ofState: ReadonlyMap<State, Permutation>;
}

/** Flexible nodes that hand tensors to each other, and so share one order of axes; or a state by itself. */
interface Group {
  readonly nodes: Node[];
  readonly states: State[];
}

/**
 * Choose an order of axes for each group of flexible nodes, so that the fewest elements are transposed where tensors
 * enter and leave it. Groups are separated by nodes whose order is fixed, so each choice stands alone.
 */
export function chooseLayouts(graph: Graph): Layouts {
  const layouts = { ofNode: new Map<Node, Permutation>(), ofState: new Map<State, Permutation>() };
  const consumers = consumersOf(graph);
  const known = knownOrders(graph, layouts);
  const wanted = wantedOrders(consumers);
  const readers = (value: Value): number => consumers.get(value)?.length ?? 1;
  // Those with states first: the order that a state is kept in matters to all that read it.
  for (const group of groupsOf(graph).sort((a, b) => b.states.length - a.states.length)) {
    const perm = cheapest(group, known, wanted, readers);
    for (const node of group.nodes) layouts.ofNode.set(node, perm);
    for (const state of group.states) layouts.ofState.set(state, perm);
  }
  return layouts;
}

type Consumer = Node | 'output';
type Known = (value: Value) => Permutation;
type Wanted = (value: Value, inside: ReadonlySet<Node>) => Permutation[];

/** The order of axes in which a value exists before anything is transposed, as far as it has been chosen. */
function knownOrders({ states }: Graph, { ofNode, ofState }: Layouts): Known {
  const stateOf = new Map(states.map((state) => [state.input, state]));
  const known: Known = (value) => {
    const { from, shape } = value;
    const [x] = from?.inputs ?? [];
    const state = stateOf.get(value);
    let perm: Permutation | undefined;
    if (state) perm = ofState.get(state);
    else if (from && isFlexible(from)) perm = ofNode.get(from);
    else if (from?.op === 'Transpose') perm = compose(inverse(from.attrs.perm as Permutation), known(x!));
    else if (from?.op === 'Reshape' && x!.data === undefined) perm = carry(x!.shape, shape, known(x!));
    return perm ?? identity(shape.length);
  };
  return known;
}

/** The orders of axes in which nodes outside of a group want a value; those that take any order are left out. */
function wantedOrders(consumers: ReadonlyMap<Value, Consumer[]>): Wanted {
  const wantedBy = (consumer: Consumer, value: Value): Permutation | undefined => {
    if (consumer === 'output') return identity(value.shape.length);
    const { op, attrs, inputs, outputs: [y] } = consumer; // prettier-ignore
    if (op === 'Transpose') return attrs.perm as Permutation;
    if (attrs.keepdims === 0 && inputs.length === 2) return undefined;
    // Through a reshaping, or a node that takes any order, what its only reader wants.
    const flexible = isFlexible(consumer) && y.shape.length === value.shape.length;
    const readers = flexible || op === 'Reshape' ? (consumers.get(y) ?? []) : [];
    const next = readers.length === 1 ? readers[0] : 'output';
    const perm = next !== 'output' && next.op === 'Transpose' ? (next.attrs.perm as Permutation) : undefined;
    if (flexible) return perm;
    return (perm && carry(y.shape, value.shape, perm)) ?? identity(value.shape.length);
  };
  return (value, inside) => {
    const outside = (consumers.get(value) ?? []).filter((each) => each === 'output' || !inside.has(each));
    return outside.flatMap((consumer) => [wantedBy(consumer, value) ?? []].filter((perm) => perm.length > 0));
  };
}

function consumersOf({ nodes, outputs }: Graph): Map<Value, Consumer[]> {
  const consumers = new Map<Value, Consumer[]>();
  const add = (value: Value, consumer: Consumer): unknown =>
    consumers.get(value)?.push(consumer) ?? consumers.set(value, [consumer]);
  for (const node of nodes) for (const input of node.inputs) if (input) add(input, node);
  for (const { value } of outputs) add(value, 'output');
  return consumers;
}

function groupsOf({ nodes, states }: Graph): Group[] {
  const parents = new Map<Node, Node>();
  const root = (node: Node): Node => {
    let top = node;
    while (parents.get(top) !== top) top = parents.get(top)!;
    parents.set(node, top);
    return top;
  };
  for (const node of nodes) {
    if (!isFlexible(node)) continue;
    parents.set(node, node);
    for (const input of node.inputs) {
      const maker = input?.from;
      if (maker && parents.has(maker) && rankOf(maker) === rankOf(node)) parents.set(root(maker), root(node));
    }
  }
  const groups = new Map<Node, Group>();
  for (const node of parents.keys()) {
    const group = groups.get(root(node)) ?? { nodes: [], states: [] };
    group.nodes.push(node);
    groups.set(root(node), group);
  }
  const alone: Group[] = [];
  for (const state of states) {
    const maker = state.output.from;
    if (maker && parents.has(maker)) groups.get(root(maker))!.states.push(state);
    else alone.push({ nodes: [], states: [state] });
  }
  return [...groups.values(), ...alone];
}

function rankOf({ outputs: [{ shape }] }: Node): number {
  return shape.length;
}

interface Border {
  value: Value;
  /** The order in which the value exists, or is wanted. */
  perm: Permutation;
  /** The share of a transposition that this group has to pay for. */
  share: number;
}

function cheapest(
  { nodes, states }: Group,
  known: Known,
  wanted: Wanted,
  readers: (value: Value) => number,
): Permutation {
  const members = new Set(nodes);
  const rank = (nodes[0] ? nodes[0].outputs[0] : states[0].input).shape.length;
  const free = new Set(states.map(({ input }) => input));
  const made = states.map(({ output }) => output);
  const entering = [...nodes.flatMap(({ inputs }) => inputs), ...made].filter((value): value is Value => {
    if (value === undefined || value.data !== undefined || value.shape.length !== rank) return false;
    return !free.has(value) && !(value.from && members.has(value.from));
  });
  const leaving = [...nodes.flatMap(({ outputs }) => outputs), ...free];
  const borders = [...new Set(entering)].map((value): Border => {
    // What is transposed once serves others too, the slices of one tensor for example.
    return { value, perm: known(value), share: 1 / readers(value) };
  });
  for (const value of leaving) {
    const perms = new Map(wanted(value, members).map((perm) => [perm.join(), perm]));
    for (const perm of perms.values()) borders.push({ value, perm, share: 1 });
  }
  return fewestMoves(rank, borders);
}

/** The order that the fewest elements have to be moved for. */
function fewestMoves(rank: number, borders: readonly Border[]): Permutation {
  const candidates = new Map(
    [identity(rank), ...borders.map(({ perm }) => perm)].map((perm) => [perm.join(), perm]),
  );
  let best: Permutation = identity(rank);
  let least = Infinity;
  for (const perm of candidates.values()) {
    const moved = borders.reduce((sum, border) => sum + cost(border, perm), 0);
    if (moved < least) [best, least] = [perm, moved];
  }
  return best;
}

function cost({ value, perm, share }: Border, chosen: Permutation): number {
  const between = compose(inverse(perm), chosen);
  const shape = perm.map((axis) => value.shape[axis]);
  return isIdentity(between) || keepsOrder(shape, between) ? 0 : sizeOf(value.shape) * share;
}
