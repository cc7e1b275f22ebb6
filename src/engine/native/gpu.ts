import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The model of the first NVIDIA GPU, e.g. `NVIDIA A100-SXM4-40GB`; `NVIDIA` where the driver's tool does not say. */
export function gpuName(): string {
  const { stdout, status } = spawnSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  const first = status === 0 ? stdout.split('\n', 1)[0].trim() : '';
  return first === '' ? 'NVIDIA' : first;
}

/** Whether an NVIDIA driver is loaded, that is, a GPU ought to be usable. */
export function hasNvidiaDriver(): boolean {
  return existsSync('/dev/nvidiactl');
}
