import type { Random } from '#libs/kernel';
import { sha256 } from './digest.js';
import { RandomnessRefused } from './errors.js';

/** Fewer bytes than this repeat by chance; so many never do (2^-128). */
const comparedBytes = 16;

const known = new WeakMap<Random, Random>();

/**
 * The same generator behind a health check: a draw of wrong length, or one that equals the draw before it, is refused
 * with RandomnessRefused, and an error of the generator passes through. One check per generator, so that "the draw
 * before" is the one before anywhere in the process. The first call draws twice to refuse a constant generator at once.
 */
export function checked(random: Random): Random {
  const before = known.get(random);
  if (before) return before;
  const guarded = new CheckedRandom(random);
  guarded.bytes(comparedBytes);
  guarded.bytes(comparedBytes);
  known.set(random, guarded);
  return guarded;
}

class CheckedRandom implements Random {
  /** A digest, because the draw itself may have become a key. */
  #last: Buffer | undefined;

  constructor(private readonly inner: Random) {}

  bytes(size: number): Buffer {
    const wanted = Math.max(size, comparedBytes);
    const drawn = this.inner.bytes(wanted);
    if (drawn.length !== wanted) throw new RandomnessRefused('random generator returned a wrong number of bytes');
    const digest = sha256(drawn.subarray(0, comparedBytes));
    if (this.#last?.equals(digest))
      throw new RandomnessRefused('random generator returned the same bytes twice in a row');
    this.#last = digest;
    return drawn.subarray(0, size);
  }
}
