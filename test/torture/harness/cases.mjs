/** Inputs by number: case `i` of a target under a seed is the same in whatever process it is made. */
import fc from 'fast-check';

/** So many are drawn at once: fast-check begins with small ones and grows. */
const CHUNK = 100;

/**
 * The cases of an arbitrary, from one number on, without end; of a list each in turn, over and over.
 * @template T
 * @param {fc.Arbitrary<T> | T[]} arbitrary
 * @param {number} seed
 * @param {number} from
 * @returns {Generator<T>}
 */
export function* casesFrom(arbitrary, seed, from) {
  if (Array.isArray(arbitrary)) for (let i = from; ; i++) yield arbitrary[i % arbitrary.length];
  for (let chunk = Math.floor(from / CHUNK); ; chunk++) {
    const drawn = fc.sample(arbitrary, { seed: (Math.imul(seed, 7919) + chunk) | 0, numRuns: CHUNK });
    yield* chunk * CHUNK < from ? drawn.slice(from - chunk * CHUNK) : drawn;
  }
}

/** One case. */
export function caseAt(arbitrary, seed, index) {
  return casesFrom(arbitrary, seed, index).next().value;
}
