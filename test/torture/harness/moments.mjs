/** Random moments and places. */
import fc from 'fast-check';

const STEPS = 10_000;

/**
 * A part of a whole, from 0 up to but not 1, all alike. (`fc.double` draws bit patterns: half of its values between 0 and
 * 1 are below 1e-150. And numbers of fast-check are near the ends more often than not, if nobody says `noBias`.)
 */
export const anyPart = fc.noBias(fc.nat(STEPS - 1)).map((step) => step / STEPS);

/** A whole number from 0 to `most`, all alike. */
export const anyUpTo = (most) => fc.noBias(fc.nat(most));
