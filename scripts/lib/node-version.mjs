/** Which versions of Node the project runs on. */
import { UserError } from './errors.mjs';

export const OLDEST_NODE = '20.19';

/** True for a version such as '20.19.3' that is not older than OLDEST_NODE. */
export function isNodeSupported(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const [oldMajor, oldMinor] = OLDEST_NODE.split('.').map(Number);
  return major > oldMajor || (major === oldMajor && minor >= oldMinor);
}

/** Throws where this Node is too old. */
export function checkNode(version = process.versions.node) {
  if (isNodeSupported(version)) return;
  throw new UserError(`Node ${OLDEST_NODE} or newer is needed; this is Node ${version}`, {
    mend: 'install Node 24 from https://nodejs.org (or: nvm install 24)',
  });
}
