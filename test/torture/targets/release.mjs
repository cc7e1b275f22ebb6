/** Lessons of which student versions are to be made. */
import { LESSON, OLD } from '../corpus/notebooks.mjs';
import { damagedJsonText } from '../harness/mutate.mjs';
import { pythonTarget } from './python.mjs';

export const target = pythonTarget({
  name: 'release',
  errors: ['ReleaseError'],
  inputs: () => damagedJsonText([LESSON, LESSON, OLD]),
});
