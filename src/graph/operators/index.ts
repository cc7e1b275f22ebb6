import { describe, type Attributes, type DType, type Value } from '../ir';
import { arrangementRules } from './arrangement';
import { elementwiseRules } from './elementwise';
import type { Rule } from './rule';
import { reductionRules } from './reduction';
import { windowRules } from './windows';

export { broadcast, isElementwise } from './elementwise';

/** Every ONNX operator that a graph may hold, with its rule for the shapes and types of its outputs. */
const rules: Readonly<Record<string, Rule | undefined>> = {
  ...arrangementRules,
  ...elementwiseRules,
  ...reductionRules,
  ...windowRules,
};

/**
 * Shapes and types of an operator's outputs, as ONNX's own shape inference finds them.
 * @throws TypeError for an operator without a rule, or inputs that do not fit it: a mistake in a lowering or a pass
 */
export function infer(
  op: string,
  inputs: readonly (Value | undefined)[],
  attrs: Attributes,
): readonly { shape: readonly number[]; dtype: DType }[] {
  const rule = rules[op];
  if (rule === undefined) throw new TypeError(`No shape rule for the operator ${op}.`);
  try {
    return rule(inputs as readonly Value[], attrs);
  } catch (error) {
    const given = inputs.map((input) => (input === undefined ? 'nothing' : describe(input))).join(', ');
    throw new TypeError(`${op} of ${given}: ${(error as Error).message}`, { cause: error });
  }
}
