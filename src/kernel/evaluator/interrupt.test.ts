import { expect, it } from 'vitest';
import { InterruptGuards, InterruptedError } from './interrupt';

it('what is waited for settles as it does by itself', async () => {
  const guards = new InterruptGuards();
  await expect(guards.guard(Promise.resolve(3))).resolves.toBe(3);
  await expect(guards.guard(Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError);
});

it('a loop that never waits lets an interrupt in that is on its way', async () => {
  let asked = false;
  const guards = new InterruptGuards(() => asked);
  const loop = async () => {
    for (let i = 0; i < 1e6; i++) {
      await guards.guard(null);
      asked ||= i === 10; // by the watchdog, whose message waits for a turn of this thread
    }
  };
  setImmediate(() => {
    guards.interrupt();
  });
  await expect(loop()).rejects.toThrow(InterruptedError);
});
