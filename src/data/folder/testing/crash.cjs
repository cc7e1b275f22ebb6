// A thread that dies of some tasks, for pool.test.ts.
const { parentPort } = require('node:worker_threads');

parentPort.on('message', ({ id, task, cancelled }) => {
  const { name } = task.source;
  if (name === 'exits') process.exit(3);
  if (name === 'throws') throw new Error('out of memory');
  if (cancelled && Atomics.load(cancelled, 0) !== 0) return parentPort.postMessage({ id });
  return parentPort.postMessage({
    id,
    pixels: { width: 1, height: 1, channels: 1, data: Uint8Array.of(name.length) },
  });
});
