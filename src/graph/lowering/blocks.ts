import type { Builder } from '../builder';
import { intList, type Value } from '../ir';
import { isElementwise } from '../operators/index';
import { scalar } from './lowering';
import type { Window } from './window';

/** [n, p, 2, q, 2, c] as [2, 2, c, p, q, n]. */
const QUARTERS = [2, 4, 5, 1, 3, 0];

/** [2, 2, c, p, q, n] as [n, p, 2, q, 2, c]. */
const PAIRS = [5, 3, 0, 4, 1, 2];

/** The shape of pictures [n, 2·p, 2·q, c] with rows and columns in pairs: [n, p, 2, q, 2, c]. */
export function pairs([n, height, width, c]: readonly number[]): number[] {
  return [n, height / 2, 2, width / 2, 2, c];
}

/**
 * Pictures [n, 2·p, 2·q, c] as four quarters [2, 2, c, p, q, n], one for each place in a block of 2×2 pixels: what a
 * pooling of such blocks compares lies in different quarters, each of them whole. Examples come last, so that a pixel is
 * a row that can be copied.
 */
export function toBlocks(b: Builder, x: Value): Value {
  return b.transpose(b.reshape(x, pairs(x.shape)), QUARTERS);
}

/** The reverse of {@link toBlocks}. */
export function fromBlocks(b: Builder, blocks: Value): Value {
  const [, , c, p, q, n] = blocks.shape;
  return b.reshape(b.transpose(blocks, PAIRS), [n, 2 * p, 2 * q, c]);
}

/** Whether pictures were made by {@link fromBlocks}, or elementwise from such, so that quarters of them cost nothing. */
export function isOfBlocks({ from, shape }: Value): boolean {
  if (from === undefined || shape.length !== 4) return false;
  if (from.op === 'Reshape' && from.inputs[0]!.shape.join() === pairs(shape).join()) return true;
  const parts = isElementwise(from.op) || from.op === 'Reshape' ? from.inputs : [];
  return parts.some((part) => part!.shape.join() === shape.join() && isOfBlocks(part!));
}

/** Whether a pooling takes blocks of 2×2 pixels, and leaves none over. */
export function isPoolingOfBlocks({ size, strides, input, output }: Window): boolean {
  const isTwo = [...size, ...strides].every((length) => length === 2);
  return size.length === 2 && isTwo && output.every((length, i) => 2 * length === input[i]);
}

/** The quarters of pictures of blocks, each [1, c, p, q, n]. */
function quartersOf(b: Builder, x: Value): readonly Value[] {
  const blocks = toBlocks(b, x);
  const flat = b.reshape(blocks, [4, ...blocks.shape.slice(2)]);
  return splitEvenly(b, flat, 4);
}

/** `x` cut along its first axis into `count` pieces of one length. */
export function splitEvenly(b: Builder, x: Value, count: number): readonly Value[] {
  const sizes = intList(Array.from({ length: count }, () => x.shape[0] / count));
  return b.all('Split', [x, sizes], { axis: 0 });
}

/** What an activation was made of, which is largest where the activation is. */
function beforeRelu(x: Value): Value | undefined {
  return x.from?.op === 'Relu' ? x.from.inputs[0] : undefined;
}

/** The largest of each block; an activation is computed for them alone. */
export function blockMaxPool(b: Builder, x: Value): Value {
  const before = beforeRelu(x);
  const largest = b.op('Max', quartersOf(b, before ?? x));
  const pooled = b.transpose(b.reshape(largest, largest.shape.slice(1)), [3, 1, 2, 0]);
  return before === undefined ? pooled : b.op('Relu', [pooled]);
}

/** Gradient of {@link blockMaxPool}: each quarter takes what no earlier one took where it is equal to the largest. */
export function blockMaxPoolGradient(b: Builder, dy: Value, x: Value): Value {
  const quarters = quartersOf(b, x);
  const largest = b.op('Max', quarters);
  let left = b.reshape(b.transpose(dy, [3, 1, 2, 0]), largest.shape);
  const taken = quarters.slice(0, -1).map((quarter) => {
    const part = b.op('Where', [b.op('Equal', [quarter, largest]), left, scalar(0)]);
    left = b.op('Sub', [left, part]);
    return part;
  });
  const all = b.op('Concat', [...taken, left], { axis: 0 });
  return fromBlocks(b, b.reshape(all, [2, 2, ...largest.shape.slice(1)]));
}

/** What {@link blockMaxPoolGradient} gave `gradient` for. */
function pooledBefore(gradient: Value): { readonly dy: Value; readonly x: Value } | undefined {
  const all = behind(gradient, 'Reshape', 'Transpose', 'Reshape');
  const [first] = all?.from?.op === 'Concat' ? all.from.inputs : [];
  const [isLargest, left] = first?.from?.op === 'Where' ? first.from.inputs : [];
  const [quarter] = isLargest?.from?.op === 'Equal' ? isLargest.from.inputs : [];
  const dy = left && behind(left, 'Reshape', 'Transpose');
  const x = quarter && behind(quarter, 'Split', 'Reshape', 'Transpose', 'Reshape');
  return dy && x && { dy, x };
}

/** What a value was before some operators changed it, the last of them first. */
function behind(value: Value, ...ops: readonly string[]): Value | undefined {
  return ops.reduce<Value | undefined>(
    (now, op) => (now?.from?.op === op ? now.from.inputs[0] : undefined),
    value,
  );
}

/**
 * `gradient` cut where the activation `mask` is of was zero, for a gradient of its pooling: cut before it is given to the
 * blocks. `undefined` for others.
 */
export function maskedBlockGradient(b: Builder, gradient: Value, mask: Value): Value | undefined {
  const pooling = pooledBefore(gradient);
  const [activation] = mask.from!.inputs;
  const before = beforeRelu(activation!);
  if (pooling === undefined || before === undefined || pooling.x !== activation) return undefined;
  const isPositive = b.op('HardSigmoid', [blockMaxPool(b, activation)], mask.from!.attrs);
  return blockMaxPoolGradient(b, b.op('Mul', [pooling.dy, isPositive]), before);
}
