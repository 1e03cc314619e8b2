import type { Random } from '#libs/kernel';

export interface BackoffRange {
  readonly baseMs: number;
  readonly capMs: number;
}

export const backoffs = {
  /** The provider is busy, away or slow, or something of ours is. */
  transient: { baseMs: 1_000, capMs: 300_000 },
  /** Somebody must change a setting; nobody is helped by many tries. */
  operator: { baseMs: 60_000, capMs: 900_000 },
  /** The provider may have acted: soon, because it may offer a short grace. */
  unknown: { baseMs: 1_000, capMs: 300_000 },
  /** Nothing can be done while the old access token lives. */
  waiting: { baseMs: 60_000, capMs: 3_600_000 },
} as const satisfies Record<string, BackoffRange>;

/** Longest wait that a provider can impose, in milliseconds. */
const longestImposedMs = 3_600_000;

/**
 * Milliseconds until the next try: doubles with every failure, half of it by chance, so that a herd spreads.
 * @param failures how often it failed before
 */
export function backoffMs(range: BackoffRange, failures: number, random: Random): number {
  const full = Math.min(range.capMs, range.baseMs * 2 ** Math.min(failures, 30));
  return full / 2 + (full / 2) * fraction(random);
}

/** A wait that the provider imposed, capped, and a little longer by chance; never shorter than our own. */
export function imposedMs(own: number, imposed: number | undefined, random: Random): number {
  if (imposed === undefined || imposed <= 0) return own;
  return Math.max(own, Math.min(imposed, longestImposedMs) * (1 + 0.1 * fraction(random)));
}

function fraction(random: Random): number {
  return random.bytes(4).readUInt32BE() / 2 ** 32;
}
