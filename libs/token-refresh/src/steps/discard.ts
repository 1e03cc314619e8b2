import { appendAudit } from '#libs/audit';
import { newId } from '#libs/kernel';
import { findRefreshGrant, insertUpstreamRevocation, releaseHold, type RefreshedPairRow } from '#libs/persistence';
import { grantEvent } from '../events.js';
import type { RefreshResult } from '../refresh-call.js';
import type { RefreshDeps } from '../refresh-deps.js';
import type { Claim } from './claim.js';
import { sealForRevocation, type Answered } from './seal-pair.js';

/**
 * A pair that found its place taken. If the grant was revoked meanwhile, nobody may ever use the pair, and it is queued
 * to be revoked upstream. If the generation moved, the newer pair stays.
 */
export async function discard(
  deps: RefreshDeps,
  claim: Claim,
  answered: Answered,
  pair: RefreshedPairRow,
): Promise<RefreshResult> {
  const { grant } = answered.found;
  const current = await findRefreshGrant(deps.database, grant.id);
  if (!current || current.status === 'revoked') return await revokeLater(deps, claim, answered);
  // Our own commit of an earlier try, whose answer got lost on its way.
  if (!current.accessTokenSealed?.equals(pair.accessTokenSealed)) {
    const said = { kind: 'token.late_reply', outcome: 'failed', reason: 'superseded' } as const;
    await appendAudit(deps.database, grantEvent(deps, grant, { ...said, details: { attempt: claim.hold.leaseId } }));
    deps.note(grant, 'superseded');
  }
  await releaseHold(deps.database, claim.hold);
  return { kind: 'fresh', generation: current.generation };
}

async function revokeLater(deps: RefreshDeps, claim: Claim, answered: Answered): Promise<RefreshResult> {
  const { grant } = answered.found;
  const id = newId(deps.clock, deps.random);
  const tokenSealed = await sealForRevocation(deps, answered, id);
  await deps.database.transaction(async (tx) => {
    await insertUpstreamRevocation(tx, { id, grantId: grant.id, generation: grant.generation + 1, tokenSealed });
    const said = { kind: 'token.late_reply', outcome: 'denied', reason: 'revoked_meanwhile' } as const;
    await appendAudit(tx, grantEvent(deps, grant, { ...said, details: { attempt: claim.hold.leaseId } }));
    await releaseHold(tx, claim.hold);
  });
  deps.note(grant, 'discarded');
  return { kind: 'needs_reauth', reason: 'revoked' };
}
