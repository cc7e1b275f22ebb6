import { COLOURS } from '../theme';

/** Kinds of layers and of ONNX operators by what they are called, and the colour each has. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/Conv/, COLOURS.blue],
  [/Pool/, COLOURS.orange],
  [/Normalization/, COLOURS.sky],
  [/^(Add|Concat|Concatenate|Multiply|Average|Maximum|Minimum|Subtract|Dot)$/, COLOURS.purple],
  [/^(Dense|Embedding|Gemm|MatMul)$|LSTM|GRU|RNN/, COLOURS.vermilion],
  [/Re[Ll][Uu]|ELU|Activation|Softmax/, COLOURS.green],
];

/** How much of a kind's colour is in the ground of its boxes, so that dark text stays readable on it. */
const SHARE = 0.22;

/** The colour of a class's boxes, red, green and blue; white for all that shape and pass on. */
export function groundOf(type: string): [number, number, number] {
  const colour = KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? '#ffffff';
  const mixed = [1, 3, 5].map((start) => {
    return Math.round(255 + (parseInt(colour.slice(start, start + 2), 16) - 255) * SHARE);
  });
  return [mixed[0], mixed[1], mixed[2]];
}
