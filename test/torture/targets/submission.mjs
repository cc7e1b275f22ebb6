/** Notebooks that learners hand in: what the grader reads, and the feedback that it writes. */
import { LESSON, OLD } from '../corpus/notebooks.mjs';
import { damagedJsonText } from '../harness/mutate.mjs';
import { pythonTarget } from './python.mjs';

export const target = pythonTarget({
  name: 'submission',
  errors: ['NotebookError', 'CourseError'],
  inputs: () => damagedJsonText([LESSON, LESSON, OLD]),
});
