import { describe, expect, it } from 'vitest';
import { cropToAspectRatio } from './crop';

/** Each pixel is its row and its column. */
function numbered(height: number, width: number) {
  const data = Uint8Array.from({ length: height * width * 2 }, (_, i) =>
    i % 2 === 0 ? Math.floor(i / 2 / width) : (i / 2 - 0.5) % width,
  );
  return { width, height, channels: 2 as never, data };
}

describe('cropToAspectRatio', () => {
  it.each([
    // from, to, the part by Keras' smart_resize: top, left, height, width
    [
      [6, 10],
      [64, 64],
      [0, 2, 6, 6],
    ],
    [
      [10, 6],
      [64, 64],
      [2, 0, 6, 6],
    ],
    [
      [7, 10],
      [64, 64],
      [0, 1, 7, 7],
    ],
    [
      [9, 9],
      [30, 20],
      [0, 1, 9, 6],
    ],
    [
      [9, 9],
      [20, 30],
      [1, 0, 6, 9],
    ],
    [
      [5, 5],
      [9, 9],
      [0, 0, 5, 5],
    ],
  ])('%j for %j', ([height, width], [tall, wide], [top, left, rows, columns]) => {
    const part = cropToAspectRatio(numbered(height, width), tall, wide);
    expect([part.height, part.width]).toEqual([rows, columns]);
    expect([...part.data.subarray(0, 2)]).toEqual([top, left]);
    expect([...part.data.subarray(-2)]).toEqual([top + rows - 1, left + columns - 1]);
    expect(part.data.length).toBe(rows * columns * 2);
  });
});
