/** Lessons of which student versions are to be made. */
import { LESSON, OLD } from '../corpus/notebooks.mjs';
import { damagedJsonText } from '../harness/mutate.mjs';
import { WRONG, pythonTarget } from './python.mjs';

export const target = pythonTarget({
  name: 'release',
  errors: ['ReleaseError'],
  tells: new RegExp(
    `${WRONG.source}|nbgrader makes no exercise of it \\(.+\\)|the cell .+ has .+, but is no|metadata\\..* must be `,
  ),
  inputs: () => damagedJsonText([LESSON, LESSON, OLD]),
});
