import { describe, expect, it } from 'vitest';
import { mark } from './evaluator/messages';
import { MarkedStream } from './marked-stream';

function collect(chunks: Buffer[]): (string | number)[] {
  const found: (string | number)[] = [];
  const stream = new MarkedStream(
    'n0nce',
    (text) => {
      if (typeof found.at(-1) === 'string') found[found.length - 1] = `${String(found.at(-1))}${text}`;
      else found.push(text);
    },
    (sequence) => found.push(sequence),
  );
  for (const chunk of chunks) stream.push(chunk);
  return found;
}

describe('MarkedStream', () => {
  const bytes = Buffer.from(
    `héllo😀${mark('n0nce', 1)}${mark('n0nce', 22)}a\x1eb\x1en0nc${mark('other', 3)}end`,
  );
  const expected = ['héllo😀', 1, 22, `a\x1eb\x1en0nc${mark('other', 3)}end`];

  it('splits text and marks', () => {
    expect(collect([bytes])).toEqual(expected);
  });

  it('does so wherever the chunks are cut', () => {
    for (let at = 0; at <= bytes.length; at++) {
      expect(collect([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(expected);
    }
    expect(collect([...bytes].map((byte) => Buffer.from([byte])))).toEqual(expected);
  });
});
