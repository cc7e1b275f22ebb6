import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * A name beside a file, under which it is written until it is whole: `.FILE.PID.UUID.part`. The number of the process
 * tells later whether somebody still writes there.
 */
export function partialName(file: string): string {
  return join(dirname(file), `.${basename(file)}.${process.pid}.${randomUUID()}.part`);
}

/** Removes what processes that were killed left of a file: parts of it whose writer is gone. */
export async function removeOrphans(file: string): Promise<void> {
  const folder = dirname(file);
  const start = `.${basename(file)}.`;
  const names = await readdir(folder).catch(() => []);
  const orphans = names.filter((name) => {
    const writer = /^(\d+)\.[0-9a-f-]{36}\.part(\.h5)?$/.exec(
      name.startsWith(start) ? name.slice(start.length) : '',
    );
    return writer !== null && !isAlive(Number(writer[1]));
  });
  for (const name of orphans) await rm(join(folder, name), { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
