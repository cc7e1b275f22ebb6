import path from 'node:path';

/** Where convlab's own compiled files are. */
const LIBRARY = path.resolve(__dirname, '..', '..') + path.sep;

/** The frames of an error's stack that say something to the one who wrote the cell. */
export function stackOf(error: Error): string[] {
  return (error.stack ?? '').split('\n').filter((l) => /^\s+at /.test(l) && !isInternal(l));
}

/** How many lines at the end of `lines` are those of `others`, as Java's "… more" counts them. */
export function commonEnd(lines: string[], others: string[]): number {
  const differs = lines.toReversed().findIndex((line, i) => line !== others.at(-1 - i));
  return differs < 0 ? lines.length : differs;
}

/** A longer run of frames inside one package says less than where it was entered and where it ended. */
export function folded(lines: string[]): string[] {
  const shown: string[] = [];
  for (let at = 0; at < lines.length;) {
    const name = packageOf(lines[at]);
    const run = lines.slice(at).findIndex((line) => packageOf(line) !== name);
    const end = run < 0 ? lines.length : at + run;
    const hidden = end - at - 2;
    if (name === undefined || hidden < 2) shown.push(...lines.slice(at, end));
    else shown.push(lines[at], `    … ${hidden} more in ${name}`, lines[end - 1]);
    at = end;
  }
  return shown;
}

/** The package whose file a line of a stack trace names; undefined for a cell and the user's own files. */
function packageOf(line: string): string | undefined {
  if (line.includes(LIBRARY)) return 'convlab';
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(line)?.[1];
}

/** Frames of Node and of the kernel itself say nothing to the one who wrote the cell. */
function isInternal(line: string): boolean {
  return (
    line.includes('(node:') ||
    line.includes('at node:') ||
    line.includes(__dirname + path.sep) ||
    line.includes('new Promise (<anonymous>)')
  );
}
