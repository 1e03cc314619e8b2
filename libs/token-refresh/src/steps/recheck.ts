import type { Clock } from '#libs/kernel';
import type { Claim } from './claim.js';

/** A wall clock that stepped back by more than this is not to be believed. Milliseconds. */
const toleratedStepMs = 1_000;

/** Thrown with nothing sent: the claim cannot be relied on any more. */
export class StaleClaim extends Error {
  override readonly name = 'StaleClaim';

  constructor(readonly found: 'claim' | 'deadline' | 'clock') {
    super(`the claim on a grant cannot be relied on: ${found}`);
  }
}

/** Milliseconds until the deadline of a claim; a suspended machine stops one clock and not the other. */
export function msLeft(clock: Clock, claim: Claim, deadlineMs: number): number {
  return deadlineMs - Math.max(...elapsed(clock, claim));
}

/** Right before the bytes leave: is there still time, by both clocks? @throws StaleClaim */
export function recheck(clock: Clock, claim: Claim, deadlineMs: number): void {
  const [monotonic, wall] = elapsed(clock, claim);
  if (wall < monotonic - toleratedStepMs) throw new StaleClaim('clock');
  if (msLeft(clock, claim, deadlineMs) <= 0) throw new StaleClaim('deadline');
}

function elapsed(clock: Clock, { startedAt }: Claim): [number, number] {
  return [clock.monotonic() - startedAt.monotonic, clock.now().getTime() - startedAt.wall];
}
