import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '#libs/kernel';
import { claimForRefresh, findRefreshGrant, rescheduleRefresh, type Hold } from '#libs/persistence';
import { needOf } from '../need.js';
import { held, unavailable, type Attempt, type RefreshCall } from '../refresh-call.js';
import type { RefreshDeps } from '../refresh-deps.js';

/** A claim, with both of our clocks as they stood before it was sent: the deadline counts from there. */
export interface Claim {
  readonly hold: Hold;
  readonly startedAt: { readonly monotonic: number; readonly wall: number };
}

export type Claimed = { readonly claim: Claim } | { readonly answer: Attempt };

/** Looks first, so that those who wait for another replica do not write; then takes the lease. */
export async function claim(deps: RefreshDeps, call: RefreshCall): Promise<Claimed> {
  const { database, catalogue, clock, times } = deps;
  const grant = await findRefreshGrant(database, call.grantId);
  if (!grant) return { answer: { kind: 'needs_reauth', reason: 'revoked' } };
  const need = needOf(grant, catalogue.get(grant.provider), call);
  if (need.kind === 'answer') return { answer: need.attempt };
  if (grant.leased) return await waitForHolder(deps);
  if (need.kind === 'reschedule') {
    await rescheduleRefresh(database, grant.id, grant.generation, need.at);
    return { answer: { kind: 'fresh', generation: grant.generation } };
  }
  const tooSoonMs = call.because === 'rejected' ? deps.rejected.take(grant.id) : 0;
  if (tooSoonMs > 0) return { answer: unavailable('refused_too_often', tooSoonMs) };
  const startedAt = { monotonic: clock.monotonic(), wall: clock.now().getTime() };
  const hold = { grantId: call.grantId, leaseId: newId(clock, deps.random) };
  if (!(await claimForRefresh(database, hold, times.leaseMs))) return await waitForHolder(deps);
  return { claim: { hold, startedAt } };
}

/** Everybody in this process waits together, so a held grant costs one read per turn. */
async function waitForHolder({ times }: RefreshDeps): Promise<Claimed> {
  await sleep(times.pollMs);
  return { answer: held };
}
