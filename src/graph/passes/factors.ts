import { axesOf, isSingle, type Builder } from '../builder';
import { constant, floatScalar, sizeOf, type Node, type Value } from '../ir';
import { isElementwise } from '../operators/index';
import { withoutLeadingOnes } from './reshape-late';
import { rebuild, type Pass } from './rebuild';

/**
 * Make batch norm's training cheaper, which is composed of passes over all pixels with one number for each channel:
 *
 * - small factors meet each other before they meet a large one: (x · a) · b becomes x · (a · b);
 * - they leave sums: Σ(x · a) becomes a · Σx, where `a` has one number for each channel, the last axis;
 * - the sum of what lies around a mean, in which the gradient of the variance ends, is zero;
 * - the normalisation itself is written out, so that it shares x - mean with its gradient.
 *
 * It belongs before {@link moveTransposes}, where channels are last as tfjs has them.
 */
export const gatherFactors: Pass = (graph) =>
  graph.states.length === 0
    ? graph
    : rebuild(graph, (b, node) => {
        if (node.outputs[0].dtype !== 'float32') return undefined;
        if (node.op === 'BatchNormalization') return normalised(b, node);
        if (node.op === 'ReduceSum') return sumOfProduct(b, node);
        return (node.op === 'Mul' ? product(b, node) : undefined) ?? unpadded(b, node);
      });

interface Factors {
  /** As large as the product. */
  readonly large: readonly Value[];
  /** Repeated over it. */
  readonly small: readonly Value[];
}

/** What makes up a factor of a product of some shape. */
function factorsOf(factor: Value, shape: readonly number[]): Factors {
  if (!isOfShape(factor, shape)) return { large: [], small: smallFactors(factor) };
  if (factor.from?.op !== 'Mul') return { large: [factor], small: [] };
  const parts = factor.from.inputs.map((input) => factorsOf(input!, shape));
  const small = parts.flatMap((part) => part.small);
  // A product of large ones alone is computed anyhow, and better once.
  return small.length === 0
    ? { large: [factor], small }
    : { large: parts.flatMap(({ large }) => large), small };
}

function smallFactors(value: Value): Value[] {
  const plain = withoutLeadingOnes(value);
  const { op, inputs = [] } = plain.from ?? {};
  const [x, divisor] = inputs as Value[];
  if (op === 'Mul') return (inputs as Value[]).flatMap(smallFactors);
  if (op === 'Neg') return [...smallFactors(x), floatScalar(-1)];
  if (op !== 'Div' || divisor.data === undefined || !isSingle(divisor)) return [plain];
  return [...smallFactors(x), floatScalar(1 / Number(divisor.data[0]))];
}

function product(b: Builder, { inputs, outputs: [{ shape }] }: Node): readonly Value[] | undefined {
  const parts = inputs.map((input) => factorsOf(input!, shape));
  const [large, small] = [parts.flatMap((part) => part.large), parts.flatMap((part) => part.small)];
  if (large.length !== 1 || small.length < 2) return undefined;
  const result = b.op('Mul', [large[0], multiplied(b, small)]);
  return isOfShape(result, shape) ? [result] : undefined;
}

function sumOfProduct(b: Builder, node: Node): readonly Value[] | undefined {
  const [x, axes] = node.inputs;
  const { large, small } = factorsOf(x!, x!.shape);
  const last = x!.shape.length - 1;
  const overAllButLast =
    node.attrs.keepdims === 0 && axesOf(node).length === last && !axesOf(node).includes(last);
  if (overAllButLast && large.length === 1 && isAroundMean(large[0], axesOf(node))) {
    return [constant(new Float32Array(x!.shape[last]), [x!.shape[last]], 'float32')];
  }
  const perChannel = small.every(({ shape }) => shape.slice(0, -1).every((length) => length === 1));
  if (small.length === 0 || large.length === 0 || !overAllButLast || !perChannel) return undefined;
  const sum = b.op('ReduceSum', [multiplied(b, large), axes], node.attrs);
  const factors = small.map((each) => (each.shape.length > 1 ? b.reshape(each, each.shape.slice(-1)) : each));
  return [b.op('Mul', [sum, multiplied(b, factors)])];
}

/** Whether a value is x less its mean along some axes. */
function isAroundMean({ from }: Value, axes: readonly number[]): boolean {
  if (from?.op !== 'Sub') return false;
  const [x, mean] = from.inputs.map((input) => withoutLeadingOnes(input!));
  const { op, inputs = [] } = mean.from ?? {};
  return op === 'ReduceMean' && inputs[0] === x && axesOf(mean.from!).join() === axes.join();
}

/** (x - mean) · (scale / √(variance + ε)) + offset, for statistics of the batch. */
function normalised(b: Builder, { inputs, attrs }: Node): readonly Value[] | undefined {
  const [first, scale, offset, mean, variance] = inputs as Value[];
  const perm = first.from?.op === 'Transpose' ? (first.from.attrs.perm as readonly number[]) : [];
  if (mean.from === undefined || perm[1] !== perm.length - 1) return undefined;
  const [x] = first.from!.inputs;
  const spread = b.op('Sqrt', [b.op('Add', [variance, floatScalar(attrs.epsilon as number)])]);
  const factor = b.op('Mul', [scale, b.op('Reciprocal', [spread])]);
  const result = b.op('Add', [b.op('Mul', [b.op('Sub', [x, mean]), factor]), offset]);
  return [b.transpose(result, perm)];
}

/** Operands without axes of length 1 in front, which say nothing: what differs in them alone is then the same. */
function unpadded(
  b: Builder,
  { op, inputs, attrs, outputs: [{ shape }] }: Node,
): readonly Value[] | undefined {
  if (!isElementwise(op) || inputs.length < 2) return undefined;
  const plain = inputs.map((input) => (isOfShape(input!, shape) ? input! : withoutLeadingOnes(input!)));
  if (plain.every((input, i) => input === inputs[i])) return undefined;
  const result = b.op(op, plain, attrs);
  return isOfShape(result, shape) ? [result] : undefined;
}

function isOfShape(value: Value, shape: readonly number[]): boolean {
  return value.shape.length === shape.length && value.shape.every((length, i) => length === shape[i]);
}

/**
 * A product in an order that others share: small ones first, weights before what is computed, sums of gradients after
 * that, and numbers, which meet each other now, at the end.
 */
function multiplied(b: Builder, factors: readonly Value[]): Value {
  const numbers = factors.filter(isNumber);
  const others = factors
    .filter((factor) => !isNumber(factor))
    .sort((left, right) => {
      return sizeOf(left.shape) - sizeOf(right.shape) || turn(left) - turn(right);
    });
  const number = numbers.reduce((product, { data }) => product * Number(data![0]), 1);
  const all = number === 1 && others.length > 0 ? others : [...others, floatScalar(number)];
  return all.reduce((left, right) => b.op('Mul', [left, right]));
}

function isNumber(value: Value): boolean {
  return value.data !== undefined && value.name === undefined && isSingle(value);
}

function turn({ from }: Value): number {
  if (from === undefined) return 0;
  return from.op === 'ReduceSum' ? 2 : 1;
}
