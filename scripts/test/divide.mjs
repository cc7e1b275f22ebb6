/** Which steps of `npm test` this machine can perform, wholly or in part, and what is then said of the others. */

/** @typedef {import('./steps.mjs').TestStep} TestStep */

/**
 * @param {TestStep[]} steps
 * @param {Record<'Python' | 'Chromium', boolean>} has what is there
 * @returns {{ able: TestStep[], notes: string[] }} the steps to perform, and a line for each whole or part left out
 */
export function divide(steps, has) {
  const checked = steps.map((step) => ({ step, lacks: step.needs?.find((need) => !has[need]) }));
  const able = checked.filter(({ lacks }) => !lacks).map(({ step }) => inPart(step, has));
  const partial = able.flatMap(({ title, note }) => (note ? [`${title}: ${note}`] : []));
  const unable = checked.filter(({ lacks }) => lacks);
  return {
    able,
    notes: [...partial, ...unable.map(({ step, lacks }) => `${step.title}: left out, without ${lacks}`)],
  };
}

/** A step under the title of what is left of it, where something is lacking that it can partly do without. */
function inPart(step, has) {
  const { wants } = step;
  return wants && !has[wants.need] ? { ...step, title: wants.title, note: wants.note } : step;
}
