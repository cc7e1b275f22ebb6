import { tf } from '../../tf';
import { op, type Case, type Op } from './case';

const valueOnly = { forwardOnly: true };

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const unary: Record<string, Unary> = {
  abs: tf.abs,
  acos: tf.acos,
  asin: tf.asin,
  asinh: tf.asinh,
  atan: tf.atan,
  atanh: tf.atanh,
  ceil: tf.ceil,
  clipByValue: (x) => tf.clipByValue(x, -0.5, 0.6),
  cos: tf.cos,
  cosh: tf.cosh,
  elu: tf.elu,
  erf: tf.erf,
  exp: tf.exp,
  expm1: tf.expm1,
  floor: tf.floor,
  leakyRelu: (x) => tf.leakyRelu(x, 0.3),
  logSigmoid: tf.logSigmoid,
  logSoftmax: (x) => tf.logSoftmax(x),
  neg: tf.neg,
  relu: tf.relu,
  relu6: (x) => tf.relu6(x.mul(9)),
  round: tf.round,
  selu: tf.selu,
  sigmoid: tf.sigmoid,
  sign: tf.sign,
  sin: tf.sin,
  sinh: tf.sinh,
  softmax: (x) => tf.softmax(x),
  softplus: tf.softplus,
  square: tf.square,
  step: (x) => tf.step(x, 0.2),
  tan: tf.tan,
  tanh: tf.tanh,
};

const positive: Record<string, Unary> = {
  acosh: (x) => tf.acosh(x.add(1.5)),
  log: tf.log,
  log1p: tf.log1p,
  pow: (x) => x.pow(2.5),
  reciprocal: tf.reciprocal,
  rsqrt: tf.rsqrt,
  sqrt: tf.sqrt,
};

const binary: Record<string, Binary> = {
  add: tf.add,
  atan2: tf.atan2,
  div: (a, b) => tf.div(a, b.add(2)),
  floorDiv: (a, b) => tf.floorDiv(a.mul(5), b.add(2)),
  mod: (a, b) => tf.mod(a.mul(5), b.add(2)),
  mul: tf.mul,
  pow: (a, b) => tf.pow(a.abs().add(0.5), b),
  sub: tf.sub,
};

/** tfjs has no gradient for these where the shapes differ. */
const sameShape: Record<string, Binary> = {
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
};

const comparisons = [tf.greater, tf.greaterEqual, tf.less, tf.lessEqual, tf.equal, tf.notEqual];

const broadcasts = ['3x5 3x5', '3x5 5', '3x1 1x5', '3x5 scalar'];

const elementwiseCases = [
  ...Object.entries(unary).map(([name, run]) => op(name, '3x5', run, { range: [-0.95, 0.95] })),
  ...Object.entries(positive).map(([name, run]) => op(name, '3x5', run, { range: [0.1, 3] })),
  op('relu', '4x3x3x5', tf.relu),
  op('prelu', '3x5 5', tf.prelu),
  op('cast', '3x5', (x: tf.Tensor) => x.mul(9).cast('int32').cast('float32'), valueOnly),
  ...Object.entries(binary).flatMap(([name, run]) => broadcasts.map((shapes) => op(name, shapes, run))),
  ...Object.entries(sameShape).map(([name, run]) => op(name, '3x5 3x5', run)),
  ...Object.entries(sameShape).flatMap(([name, run]) =>
    broadcasts.map((shapes) => op(`${name} value`, shapes, run, valueOnly)),
  ),
  op('divNoNan', '3x5 5', (a: tf.Tensor, b: tf.Tensor) => tf.divNoNan(a, b.relu()), valueOnly),
  op('where', '3x5 3x5', (a: tf.Tensor, b: tf.Tensor) => tf.where(seededMask(), a, b)),
  ...comparisons.map((run) =>
    op(run.name, '3x5 5', (a: tf.Tensor, b: tf.Tensor) => run(a.mul(3).round(), b.mul(3).round()), valueOnly),
  ),
  op('logical', '3x5 3x5', logical, valueOnly),
  op('addN', '2x3 2x3 2x3', (...all: tf.Tensor[]) => tf.addN(all)),
];

function seededMask(): tf.Tensor {
  return tf.tensor2d([0, 1, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 0], [3, 5], 'bool');
}

function logical(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const [p, q] = [a.greater(0), b.greater(0)];
  return tf.stack([p.logicalAnd(q), p.logicalOr(q), p.logicalNot(), p.logicalXor(q)]);
}

const axes = [undefined, 0, 1, [0, 1], [0, 1, 2], [0, 2], -1];
const reductions = { max: tf.max, mean: tf.mean, min: tf.min, sum: tf.sum };

const reductionCases = [
  ...Object.entries(reductions).flatMap(([name, run]) =>
    axes.map((axis) => op(`${name} axis ${String(axis)}`, '3x4x5x2', (x: tf.Tensor) => run(x, axis))),
  ),
  op('sum keepDims', '3x4x5', (x: tf.Tensor) => x.sum([0, 1], true)),
  op('prod', '3x4', (x: tf.Tensor) => tf.prod(x, 1)),
  op('norm', '3x4', (x: tf.Tensor) => tf.norm(x, 2, 1)),
  op('logSumExp', '3x4', (x: tf.Tensor) => tf.logSumExp(x, 1)),
  op('cumsum', '3x4', (x: tf.Tensor) => tf.cumsum(x, 1, true, true)),
  op('variance', '3x4x2', (x: tf.Tensor) => tf.moments(x, [0, 1]).variance),
  op('argMax', '7x5', (x: tf.Tensor) => tf.argMax(x, 1), valueOnly),
  op('argMin axis 0', '7x5', (x: tf.Tensor) => tf.argMin(x, 0), valueOnly),
  op('any', '7x5', (x: tf.Tensor) => x.greater(0.5).any(1), valueOnly),
  op('all', '7x5', (x: tf.Tensor) => x.greater(-0.5).all(1), valueOnly),
  op('mean of int32', '7x5', (x: tf.Tensor) => x.mul(9).cast('int32').mean(0), valueOnly),
  op('mean of bool', '7x5', (x: tf.Tensor) => x.greater(0).mean(), valueOnly),
  op('sum of int32', '7x5', (x: tf.Tensor) => x.mul(9).cast('int32').sum(0), valueOnly),
  op('sum of bool', '7x5', (x: tf.Tensor) => x.greater(0).sum(), valueOnly),
];

const matMul =
  (transposeA: boolean, transposeB: boolean): Op =>
  (a: tf.Tensor, b: tf.Tensor) =>
    tf.matMul(a, b, transposeA, transposeB);

const matmulCases = [
  ...['5x7 7x3', '1x9 9x4', '2x5x7 2x7x3'].map((shapes) => op('matMul', shapes, matMul(false, false))),
  ...['7x5 7x3', '2x7x5 2x7x3'].map((shapes) => op('matMul aᵀ', shapes, matMul(true, false))),
  ...['5x7 3x7', '2x5x7 2x3x7'].map((shapes) => op('matMul bᵀ', shapes, matMul(false, true))),
  ...['7x5 3x7', '2x7x5 2x3x7'].map((shapes) => op('matMul aᵀ bᵀ', shapes, matMul(true, true))),
  // tfjs has no gradient for a broadcast batch.
  op('matMul, one b for the batch', '2x5x7 1x7x3', matMul(false, false), valueOnly),
  op('matMul aᵀ, one b for the batch', '2x7x5 1x7x3', matMul(true, false), valueOnly),
  op('dot', '5 5', tf.dot),
  op(
    'fused matMul, bias, relu',
    '4x6 6x3 3',
    (a: tf.Tensor2D, b: tf.Tensor2D, bias: tf.Tensor1D) =>
      tf.fused.matMul({ a, b, bias, activation: 'relu' }),
    valueOnly,
  ),
];

const labels = (): tf.Tensor => tf.oneHot(tf.tensor1d([0, 2, 1, 2], 'int32'), 3).cast('float32');
const flags = (): tf.Tensor => tf.tensor2d([1, 0, 1, 1], [4, 1]);

const lossCases = [
  op('softmaxCrossEntropy', '4x3', (x: tf.Tensor) => tf.losses.softmaxCrossEntropy(labels(), x)),
  op('sigmoidCrossEntropy', '4x1', (x: tf.Tensor) => tf.losses.sigmoidCrossEntropy(flags(), x)),
  op('meanSquaredError', '4x1', (x: tf.Tensor) => tf.losses.meanSquaredError(flags(), x)),
  op('huberLoss', '4x1', (x: tf.Tensor) => tf.losses.huberLoss(flags(), x)),
  op('logLoss', '4x1', (x: tf.Tensor) => tf.losses.logLoss(flags(), x), { range: [0.1, 0.9] }),
  op('categorical cross-entropy', '4x3', (x: tf.Tensor) => {
    const p = tf.softmax(x).clipByValue(1e-7, 1 - 1e-7);
    return tf.neg(tf.sum(labels().mul(p.log()), 1)).mean();
  }),
  op('linear regression cost', '1 1', (w: tf.Tensor, b: tf.Tensor) => {
    const x = tf.tensor1d([1, 2, 3, 4]);
    return x.mul(w).add(b).sub(x.mul(3).add(1)).square().sum().div(8);
  }),
  op('dropout with a seed', '4x6', (x: tf.Tensor) => tf.dropout(x, 0.4, [4, 6], 7)),
];

export const arithmeticCases: readonly Case[] = [
  ...elementwiseCases,
  ...reductionCases,
  ...matmulCases,
  ...lossCases,
];
