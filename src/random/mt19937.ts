import { InputError } from '../basics/errors';

const SIZE = 624;
const SHIFT = 397;

/**
 * The Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), seeded as NumPy's legacy `seed(n)` does with
 * an integer.
 */
export class MT19937 {
  private readonly state = new Uint32Array(SIZE);
  private position = SIZE;

  /** @param seed a whole number from 0 to 2³² − 1 */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new InputError('random.numpy', 'a whole number from 0 to 4294967295 as the seed', String(seed));
    }
    this.state[0] = seed;
    for (let i = 1; i < SIZE; i++) {
      const previous = this.state[i - 1];
      this.state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  /** The next 32 bits, as a number from 0 to 2³² − 1. */
  bits(): number {
    if (this.position === SIZE) this.twist();
    let y = this.state[this.position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** The next number in [0, 1), with 53 random bits. */
  double(): number {
    const high = this.bits() >>> 5;
    const low = this.bits() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** The next whole number from 0 to `max`, both included: bits under a mask, drawn again while they exceed it. */
  upTo(max: number): number {
    if (max === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(max);
    let value = (this.bits() & mask) >>> 0;
    while (value > max) value = (this.bits() & mask) >>> 0;
    return value;
  }

  private twist(): void {
    const { state } = this;
    for (let i = 0; i < SIZE; i++) {
      const y = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      state[i] = state[(i + SHIFT) % SIZE] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.position = 0;
  }
}
