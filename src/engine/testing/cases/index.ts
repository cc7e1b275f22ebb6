import { arithmeticCases } from './arithmetic';
import { arrangementCases } from './arrangement';
import { convolutionCases } from './convolution';
import type { Case } from './case';

export { evaluate, type Case } from './case';

/** Every operation that the lessons use, and near relatives, in shapes that find mistakes. */
export const cases: readonly Case[] = [...convolutionCases, ...arithmeticCases, ...arrangementCases];
