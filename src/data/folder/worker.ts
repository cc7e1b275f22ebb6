import { parentPort } from 'node:worker_threads';
import { PictureError } from '../../image/errors';
import type { Answer, Call } from './pool';
import { perform } from './task';

/** What {@link WorkerPool} starts in each of its threads: calls in, answers out, in their order. */
function answer({ id, task, cancelled }: Call): Answer {
  if (cancelled && Atomics.load(cancelled, 0) !== 0) return { id };
  try {
    return { id, pixels: perform(task) };
  } catch (error) {
    // Classes do not travel between threads, so the fields do.
    if (!(error instanceof PictureError)) throw error;
    const { where, expected, found, hint } = error;
    return { id, problem: [where, expected, found, hint] };
  }
}

parentPort!.on('message', (call: Call) => {
  const result = answer(call);
  const buffer = result.pixels?.data.buffer;
  parentPort!.postMessage(result, buffer instanceof ArrayBuffer ? [buffer] : []);
});
