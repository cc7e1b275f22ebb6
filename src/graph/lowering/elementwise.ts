import type { tf } from '../../engine/index';
import type { Builder } from '../builder';
import type { Value } from '../ir';
import { cast, scalar, unsupported, withAttrs, type Call, type Lowering, type Lowerings } from './lowering';

/** Kernels that are one ONNX operator on `x`, by the operator's name where it differs. */
const unary: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(
    ['Abs', 'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Ceil', 'Cos', 'Cosh', 'Elu', 'Erf', 'Exp']
      .concat(['Floor', 'IsInf', 'Log', 'Neg', 'Reciprocal', 'Relu', 'Round', 'Selu', 'Sigmoid', 'Sign'])
      .concat(['Sin', 'Sinh', 'Softplus', 'Sqrt', 'Tan', 'Tanh'])
      .map((name) => [name, name]),
  ),
  IsNan: 'IsNaN',
  LogicalNot: 'Not',
};

/** Kernels that are one ONNX operator on `a` and `b`. */
const binary: Readonly<Record<string, string>> = {
  Add: 'Add',
  Equal: 'Equal',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  LogicalAnd: 'And',
  LogicalOr: 'Or',
  LogicalXor: 'Xor',
  Maximum: 'Max',
  Minimum: 'Min',
  Multiply: 'Mul',
  Pow: 'Pow',
  RealDiv: 'Div',
  Sub: 'Sub',
};

/** Operators that ONNX has for integers too. */
const forIntegers = new Set(['Abs', 'Neg', 'Relu', 'Sign', 'Not']);

const unaryLowering =
  (op: string): Lowering =>
  (b, { inputs: { x } }) =>
    b.op(op, [forIntegers.has(op) ? x : cast(b, x, 'float32')]);

const binaryLowering =
  (op: string): Lowering =>
  (b, { inputs }) =>
    b.op(op, [inputs.a, inputs.b]);

/** The activation of a fused kernel. */
export function activate(b: Builder, x: Value, call: Call<FusedAttrs>): Value {
  const { activation, leakyreluAlpha } = call.attrs;
  switch (activation) {
    case 'linear':
      return x;
    case 'relu':
      return b.op('Relu', [x]);
    case 'relu6':
      return b.op('Clip', [x, scalar(0), scalar(6)]);
    case 'elu':
      return b.op('Elu', [x], { alpha: 1 });
    case 'sigmoid':
      return b.op('Sigmoid', [x]);
    case 'leakyrelu':
      return b.op('LeakyRelu', [x], { alpha: leakyreluAlpha ?? 0.2 });
    case 'prelu':
      return b.op('PRelu', [x, call.inputs.preluActivationWeights]);
    default:
      return unsupported(call, `the activation ${String(activation)}`);
  }
}

export type FusedAttrs = Pick<tf.FusedConv2DAttrs, 'activation' | 'leakyreluAlpha'>;

/** Division that rounds down, also for negative numbers. */
function floorDiv(b: Builder, dividend: Value, divisor: Value): Value {
  if (dividend.dtype === 'float32') return b.op('Floor', [b.op('Div', [dividend, divisor])]);
  // ONNX's division of integers cuts towards zero, its Mod follows the divisor's sign.
  return b.op('Div', [b.op('Sub', [dividend, b.op('Mod', [dividend, divisor])]), divisor]);
}

function modulo(b: Builder, dividend: Value, divisor: Value): Value {
  if (dividend.dtype !== 'float32') return b.op('Mod', [dividend, divisor]);
  return b.op('Sub', [dividend, b.op('Mul', [floorDiv(b, dividend, divisor), divisor])]);
}

/** The angle of the point (x, y), from -π to π. */
function atan2(b: Builder, y: Value, x: Value): Value {
  const angle = b.op('Atan', [b.op('Div', [y, x])]);
  const turn = b.op('Where', [b.op('Less', [y, scalar(0)]), scalar(-Math.PI), scalar(Math.PI)]);
  const turned = b.op('Where', [b.op('Less', [x, scalar(0)]), b.op('Add', [angle, turn]), angle]);
  const origin = b.op('And', [b.op('Equal', [x, scalar(0)]), b.op('Equal', [y, scalar(0)])]);
  return b.op('Where', [origin, scalar(0), turned]);
}

function square(b: Builder, x: Value): Value {
  return b.op('Mul', [x, x]);
}

/** The largest power of two that float32 has. */
const STEEP = 2 ** 127;

/**
 * 1 where `x` is positive, else 0: x · 2¹²⁷, cut to [0, 1], several times as fast as onnxruntime's Sign, Where and
 * comparisons. Numbers below 2⁻¹²⁷, which are smaller than float32's normal ones, give something between.
 */
function positive(b: Builder, x: Value): Value {
  return b.op('HardSigmoid', [x], { alpha: STEEP, beta: 0 });
}

export const elementwiseLowerings: Lowerings = {
  ...Object.fromEntries(Object.entries(unary).map(([kernel, op]) => [kernel, unaryLowering(op!)])),
  ...Object.fromEntries(Object.entries(binary).map(([kernel, op]) => [kernel, binaryLowering(op)])),
  AddN: (b, { inputs }) => b.op('Sum', Object.values(inputs)),
  Atan2: (b, { inputs }) => atan2(b, inputs.a, inputs.b),
  Cast: withAttrs<tf.CastAttrs>((b, { inputs: { x }, outputs }) => cast(b, x, outputs[0].dtype)),
  ClipByValue: withAttrs<tf.ClipByValueAttrs>((b, { inputs: { x }, attrs }) =>
    b.op('Clip', [x, scalar(attrs.clipValueMin, x.dtype), scalar(attrs.clipValueMax, x.dtype)]),
  ),
  EluGrad: (b, { inputs: { dy, y } }) => {
    const slope = b.op('Add', [y, scalar(1)]);
    return b.op('Where', [b.op('GreaterOrEqual', [y, scalar(0)]), dy, b.op('Mul', [dy, slope])]);
  },
  Expm1: (b, { inputs: { x } }) => b.op('Sub', [b.op('Exp', [x]), scalar(1)]),
  FloorDiv: (b, { inputs }) => floorDiv(b, inputs.a, inputs.b),
  Identity: (_b, { inputs: { x } }) => x,
  IsFinite: (b, { inputs: { x } }) => b.op('Not', [b.op('Or', [b.op('IsNaN', [x]), b.op('IsInf', [x])])]),
  LeakyRelu: withAttrs<tf.LeakyReluAttrs>((b, { inputs: { x }, attrs: { alpha } }) =>
    b.op('LeakyRelu', [x], { alpha }),
  ),
  Log1p: (b, { inputs: { x } }) => b.op('Log', [b.op('Add', [x, scalar(1)])]),
  Mod: (b, { inputs }) => modulo(b, inputs.a, inputs.b),
  NotEqual: (b, { inputs }) => b.op('Not', [b.op('Equal', [inputs.a, inputs.b])]),
  Prelu: (b, { inputs: { x, alpha } }) => b.op('PRelu', [x, alpha]),
  Relu6: (b, { inputs: { x } }) => b.op('Clip', [x, scalar(0), scalar(6)]),
  // The native engine's own kernel, which takes the place of tfjs's seven.
  ReluGrad: (b, { inputs: { dy, y } }) => b.op('Mul', [dy, positive(b, y)]),
  Rsqrt: (b, { inputs: { x } }) => b.op('Reciprocal', [b.op('Sqrt', [x])]),
  Select: (b, { inputs: { condition, t, e } }) => b.op('Where', [condition, t, e]),
  Square: (b, { inputs: { x } }) => square(b, x),
  SquaredDifference: (b, { inputs }) => square(b, b.op('Sub', [inputs.a, inputs.b])),
  Step: withAttrs<tf.StepAttrs>((b, { inputs: { x }, attrs: { alpha } }) => {
    if (alpha === 0 && x.dtype === 'float32') return positive(b, x);
    const isPositive = b.op('Greater', [x, scalar(0, x.dtype)]);
    return alpha === 0 ? cast(b, isPositive, x.dtype) : b.op('Where', [isPositive, scalar(1), scalar(alpha)]);
  }),
};
