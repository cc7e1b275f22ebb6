/** What `npm audit` and `pip-audit` answer, as one verdict each: what is known to be unsafe, or why nobody could say. */

import { readdirSync } from 'node:fs';

/** @typedef {{ unsafe: string[] } | { unknown: string }} Verdict */

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The lists of what the set-up installs with pip: JupyterLab and the tools, TensorFlow for CPUs, TensorFlow for GPUs. */
export function requirementLists(root) {
  return readdirSync(root).filter((name) => /^requirements.*\.txt$/.test(name));
}

/** Of `npm audit --json`: packages with an advisory of severity high or critical. @returns {Verdict} */
export function npmVerdict(output) {
  const answer = parsed(output);
  if (!answer?.vulnerabilities) return { unknown: answer?.message ?? 'no answer' };
  const grave = Object.values(answer.vulnerabilities).filter(({ severity }) =>
    /high|critical/.test(severity),
  );
  return { unsafe: grave.map(({ name, severity }) => `${name} (${severity})`) };
}

/** Of `pip-audit --format json`: packages with an advisory for which there is a mended version. @returns {Verdict} */
export function pipVerdict(output) {
  const packages = parsed(output)?.dependencies;
  const known = packages?.filter((each) => each.vulns !== undefined) ?? [];
  if (known.length === 0) return { unknown: packages?.[0]?.skip_reason ?? 'no answer' };
  const mended = (each) => each.vulns.find(({ fix_versions: versions }) => versions.length > 0);
  return {
    unsafe: known.flatMap((each) => {
      const found = mended(each);
      return found ? [`${each.name} ${each.version} (${found.id}, mended in ${found.fix_versions[0]})`] : [];
    }),
  };
}
