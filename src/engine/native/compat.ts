import util from 'node:util';

/** The functions that tfjs-node calls and Node 23 removed. */
interface RemovedUtil {
  isNullOrUndefined?: (value: unknown) => boolean;
  isArray?: (value: unknown) => boolean;
}

/**
 * Give `node:util` back what tfjs-node needs. Node 22 still has these, but prints a deprecation
 * warning at their first call, so they are replaced there too: same results, no warning.
 */
export function restoreRemovedUtil(): void {
  const target = util as RemovedUtil;
  target.isNullOrUndefined = (value) => value === null || value === undefined;
  target.isArray = Array.isArray;
}
