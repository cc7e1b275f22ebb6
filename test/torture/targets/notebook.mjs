/** Notebooks that are to be run: what is read before, and written after. */
import { LESSON, OLD } from '../corpus/notebooks.mjs';
import { damagedJsonText } from '../harness/mutate.mjs';
import { WRONG, pythonTarget } from './python.mjs';

export const target = pythonTarget({
  name: 'notebook',
  errors: ['NotebookError'],
  tells: WRONG,
  inputs: () => damagedJsonText([LESSON, OLD]),
});
