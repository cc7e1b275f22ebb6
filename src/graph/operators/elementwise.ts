import type { DType, Value } from '../ir';
import type { Rule } from './rule';

const unary = [
  ...['Abs', 'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Ceil', 'Cos', 'Cosh', 'Erf', 'Exp', 'Floor'],
  ...[
    'Log',
    'Neg',
    'Reciprocal',
    'Relu',
    'Round',
    'HardSigmoid',
    'Selu',
    'Elu',
    'LeakyRelu',
    'Sigmoid',
    'Sign',
    'Sin',
    'Sinh',
  ],
  ...['Softplus', 'Sqrt', 'Tan', 'Tanh', 'Identity', 'Not', 'Clip'],
] as const;

const arithmetic = [
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Pow',
  'Mod',
  'Max',
  'Min',
  'And',
  'Or',
  'Xor',
  'PRelu',
] as const;

const comparison = ['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'] as const;

const tests = ['IsNaN', 'IsInf'] as const;

/** The shape that tensors of these shapes have together, by NumPy's rules. */
export function broadcast(...shapes: (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const length = lengths.find((each) => each !== 1) ?? 1;
    if (lengths.some((each) => each !== 1 && each !== length))
      throw new TypeError(
        `shapes ${shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ')} do not fit`,
      );
    return length;
  });
}

function together(values: readonly Value[], dtype: DType): ReturnType<Rule> {
  return [{ shape: broadcast(...values.map(({ shape }) => shape)), dtype }];
}

function sameType(values: readonly Value[]): DType {
  const [{ dtype }] = values;
  if (values.some((value) => value.dtype !== dtype)) throw new TypeError('the types differ');
  return dtype;
}

const each = (ops: readonly string[], rule: Rule): Record<string, Rule> =>
  Object.fromEntries(ops.map((op) => [op, rule]));

/** Operators that treat every element alike, whatever the order of the axes. */
export const elementwiseRules: Readonly<Record<string, Rule>> = {
  ...each(unary, ([{ shape, dtype }]) => [{ shape, dtype }]),
  ...each(tests, ([{ shape }]) => [{ shape, dtype: 'bool' }]),
  ...each(arithmetic, (inputs) => together(inputs, sameType(inputs))),
  ...each(comparison, (inputs) => (sameType(inputs), together(inputs, 'bool'))),
  Sum: (inputs) => together(inputs, sameType(inputs)),
  Where: (inputs) => together(inputs, sameType(inputs.slice(1))),
  Cast: ([{ shape }], { to }) => [{ shape, dtype: to as DType }],
};

export function isElementwise(op: string): boolean {
  return op in elementwiseRules;
}
