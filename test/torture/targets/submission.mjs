/** Notebooks that learners hand in: what the grader reads, and the feedback that it writes. */
import { LESSON, OLD } from '../corpus/notebooks.mjs';
import { damagedJsonText } from '../harness/mutate.mjs';
import { WRONG, pythonTarget } from './python.mjs';

export const target = pythonTarget({
  name: 'submission',
  errors: ['NotebookError', 'CourseError'],
  tells: new RegExp(`${WRONG.source}|it has no graded cell of any exercise`),
  inputs: () => damagedJsonText([LESSON, LESSON, OLD]),
});
