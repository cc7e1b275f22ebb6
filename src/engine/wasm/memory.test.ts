import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WasmMemoryError } from '../errors';
import { tf } from '../tf';
import { startWasm } from './start';
import { allocate, type BackendWasm, type TensorInfo } from './backend';

const QUARTER = 2 ** 30 / 4;

let backend: BackendWasm;

beforeAll(async () => {
  await startWasm(1);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- tfjs types its backends no further
  backend = tf.backend() as BackendWasm;
});

describe('a tensor that does not fit into the memory of the WASM engine', () => {
  const held: TensorInfo[] = [];
  afterEach(() => {
    for (const { dataId } of held.splice(0)) backend.disposeData(dataId);
  });

  /** Fills the memory with tensors of a GB that nobody writes to, so that none of it is really taken. */
  function fill(): unknown {
    try {
      for (let i = 0; i < 5; i++) held.push(allocate(backend, [QUARTER]));
    } catch (error) {
      return error;
    }
    return undefined;
  }

  it('is refused with what it wants, what is held and what to do', () => {
    const error = fill();
    expect(error).toBeInstanceOf(WasmMemoryError);
    expect(error).toHaveProperty('bytes', 2 ** 30);
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(
        /^The wasm engine is out of memory: .*1073\.7 MB more do not fit\. .*smaller batch/,
      ),
    );
    expect(held).toHaveLength(3);
  });

  it('does not touch those that are there, and what still fits is computed', () => {
    tf.tidy(() => {
      const kept = tf.tensor1d([1, 2, 3]);
      fill();
      expect(() => tf.zeros([QUARTER])).toThrow(WasmMemoryError);
      const image: tf.Tensor4D = tf.ones([1, 16, 16, 3]);
      const convolved = tf.conv2d(image, tf.ones([3, 3, 3, 2]), 1, 'valid');
      expect(kept.dataSync()).toEqual(new Float32Array([1, 2, 3]));
      expect(kept.sum().dataSync()[0]).toBe(6);
      expect(new Set(convolved.dataSync())).toEqual(new Set([27]));
    });
  });

  it('leaves room for others once it is disposed of', () => {
    fill();
    for (const { dataId } of held.splice(0)) backend.disposeData(dataId);
    expect(fill()).toBeInstanceOf(WasmMemoryError);
    expect(held.length).toBeGreaterThanOrEqual(3);
  });

  it('is refused as well where its size has more than 32 bits', () => {
    expect(() => allocate(backend, [2 ** 30 + 2])).toThrow(WasmMemoryError);
  });
});
