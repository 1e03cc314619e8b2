import { setTimeout as sleep } from 'node:timers/promises';
import { appendAudit, type AuditEvent } from '#libs/audit';
import { storeRefreshedPair, type RefreshedPairRow, type ReplacedRow } from '#libs/persistence';
import { grantEvent } from '../events.js';
import type { RefreshResult } from '../refresh-call.js';
import type { RefreshDeps } from '../refresh-deps.js';
import type { Claim } from './claim.js';
import { discard } from './discard.js';
import { sealPair, type Answered } from './seal-pair.js';

const firstPauseMs = 50;
const longestPauseMs = 2_000;
/** After so many tries the pair is stored without its row: this is no hand-out, and the pair may be the only one that works. */
const triesWithAudit = 5;

/** What is made once for all tries, so that repeating a commit whose answer was lost changes nothing. */
interface Writing extends Answered {
  readonly claim: Claim;
  readonly pair: RefreshedPairRow;
  readonly refreshed: AuditEvent;
  readonly late: AuditEvent;
  readonly recovered: AuditEvent;
}

/**
 * Stores what the provider answered, before looking at it any closer, and goes on trying for as long as the process
 * lives. Nobody's cancelled request reaches in here.
 */
export async function persist(deps: RefreshDeps, claim: Claim, answered: Answered): Promise<RefreshResult> {
  let writing: Writing | undefined;
  for (let tries = 0; ; tries++) {
    try {
      writing ??= await prepareWriting(deps, claim, answered);
      return await store(deps, writing, tries < triesWithAudit);
    } catch (error) {
      const fields = { err: error, grant: answered.found.grant.id, tries: tries + 1 };
      deps.logger.error(fields, 'a refreshed token pair could not be stored; trying again');
      await sleep(Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 10)));
    }
  }
}

async function prepareWriting(deps: RefreshDeps, claim: Claim, answered: Answered): Promise<Writing> {
  const { grant } = answered.found;
  const pair = await sealPair(deps, answered);
  const about: Partial<AuditEvent> = {
    generation: grant.generation + 1,
    scopesGranted: pair.scopes,
    tokenFingerprint: pair.accessFingerprint,
    fingerprintVersion: pair.fingerprintVersion,
    tokenExpiresAt: pair.accessExpiresAt,
    details: { attempt: claim.hold.leaseId },
  };
  return {
    ...answered,
    claim,
    pair,
    refreshed: grantEvent(deps, grant, { kind: 'token.refreshed', outcome: 'allowed', ...about }),
    late: grantEvent(deps, grant, { kind: 'token.late_reply', outcome: 'allowed', ...about }),
    recovered: grantEvent(deps, grant, { kind: 'connection.recovered', outcome: 'allowed', ...about }),
  };
}

async function store(deps: RefreshDeps, writing: Writing, withAudit: boolean): Promise<RefreshResult> {
  const { claim, found, pair } = writing;
  const { grant } = found;
  const replaced = await deps.database.transaction(async (tx) => {
    const old = await storeRefreshedPair(tx, claim.hold, grant.generation, pair);
    if (old && withAudit) await appendAudit(tx, ...eventsOf(writing, old));
    return old;
  });
  if (!replaced) return await discard(deps, claim, writing, pair);
  deps.note(grant, replaced.onTime ? 'refreshed' : 'late');
  return { kind: 'fresh', generation: grant.generation + 1 };
}

function eventsOf({ refreshed, late, recovered }: Writing, old: ReplacedRow): AuditEvent[] {
  return [refreshed, ...(old.onTime ? [] : [late]), ...(old.status === 'needs_reauth' ? [recovered] : [])];
}
