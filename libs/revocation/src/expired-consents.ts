import { hasLiveConsents } from '#libs/persistence';
import type { Revocation } from './revocation.js';

/** Ends at most `limit` consents whose time is over; how many those were. The gate is closed only when there are any. */
export async function endExpiredConsents(revocation: Revocation, limit: number): Promise<number> {
  const filter = { of: 'expired', limit } as const;
  if (!(await hasLiveConsents(revocation.deps.database, filter))) return 0;
  const { ended } = await revocation.commit({ filter, reason: 'expired', by: { actor: 'worker' } });
  return ended.length;
}
