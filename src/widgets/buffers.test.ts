import { describe, expect, it } from 'vitest';
import { pack, unpack } from './buffers';

const bytes = Uint8Array.of(1, 2, 255);
const state = {
  a: 1,
  files: [{ name: 'x', content: bytes }, { name: 'y' }],
  whole: Uint8Array.of(7),
  none: null,
};

describe('pack', () => {
  it('leaves JSON behind and tells where the bytes belong', () => {
    const packed = pack(state);
    expect(JSON.parse(JSON.stringify(packed.state))).toEqual({
      a: 1,
      files: [{ name: 'x', content: null }, { name: 'y' }],
      whole: null,
      none: null,
    });
    expect(packed.buffer_paths).toEqual([['files', 0, 'content'], ['whole']]);
    expect(packed.buffers).toEqual([bytes, Uint8Array.of(7)]);
    expect(state.files[0].content).toBe(bytes);
  });
});

describe('unpack', () => {
  it('gives back what was packed', () => {
    expect(unpack(pack(state))).toEqual(state);
  });

  it('fills in keys that a front end has left out', () => {
    const message = { state: { value: [{ name: 'x' }] }, buffer_paths: [['value', 0, 'content']] };
    expect(unpack({ ...message, buffers: [bytes] })).toEqual({ value: [{ name: 'x', content: bytes }] });
  });
});
