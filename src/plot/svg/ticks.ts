/** A place on an axis, in the axis's own numbers, and what is written there. */
export interface Tick {
  at: number;
  text: string;
}

/** A whole number, a fraction without trailing zeros, or `2×10⁵` for what would be long. */
export function formatNumber(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4))
    return value.toExponential(1).replace('.0e', 'e').replace('-', '−');
  return value.toFixed(Math.max(0, digits)).replace('-', '−');
}

/** The round step (1, 2 or 5 times a power of ten) that cuts a length into about `count` parts. */
function roundStep(length: number, count: number): number {
  const rough = length / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * 0.75) ?? 10;
  return factor * power;
}

/** Round numbers between two ends, about `count` of them, or the multiples of a given step. */
export function linearTicks(
  low: number,
  high: number,
  count: number,
  step: number = roundStep(high - low, count),
): Tick[] {
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const at = (first + i) * step;
    return { at, text: formatNumber(at, digits) };
  });
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function power(exponent: number): string {
  if (exponent >= -3 && exponent <= 4) return String(Number((10 ** exponent).toPrecision(1)));
  const digits = Array.from(String(Math.abs(exponent)), (digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `10${exponent < 0 ? '⁻' : ''}${digits}`;
}

/** Powers of ten between two exponents; where they are few, also 2 and 5 times a power. */
export function logTicks(low: number, high: number): Tick[] {
  const exponents = Array.from(
    { length: Math.floor(high) - Math.floor(low) + 1 },
    (_, i) => Math.floor(low) + i,
  );
  const stride = Math.ceil(exponents.length / 9);
  const factors = high - low < 2.6 ? [1, 2, 5] : [1];
  return exponents
    .filter((exponent) => exponent % stride === 0)
    .flatMap((exponent) =>
      factors.map((factor) => {
        const at = exponent + Math.log10(factor);
        const value = Number((factor * 10 ** exponent).toPrecision(1));
        return { at, text: factor === 1 ? power(exponent) : String(value) };
      }),
    )
    .filter(({ at }) => at >= low && at <= high);
}
