import { appendAudit, type AuditEvent } from '#libs/audit';
import { newId, type Uuid } from '#libs/kernel';
import {
  endConsents,
  endEmptyConnections,
  insertUpstreamRevocation,
  listLiveGrants,
  revokeUnusedGrants,
  type ConsentFilter,
  type EndedConsentRow,
  type EndReason,
  type LeftGrantRow,
  type Sql,
} from '#libs/persistence';
import type { RevocationDeps, RevokedBy } from './revocation-deps.js';

/** What one local commit ended. */
export interface CutOff {
  readonly ended: readonly EndedConsentRow[];
  readonly grants: readonly LeftGrantRow[];
  /** Upstream revocations that were queued. */
  readonly revocations: readonly Uuid[];
}

export interface CutOffOrder {
  readonly filter: ConsentFilter;
  readonly reason: EndReason;
  readonly by: RevokedBy;
}

/**
 * Ends consents, the grants on which nothing rests any more and the connections that are empty then, and queues the
 * upstream calls, all in the caller's transaction behind the closed gate: whatever is handed out later sees it (P4).
 */
export async function cutOff(deps: RevocationDeps, tx: Sql, order: CutOffOrder): Promise<CutOff> {
  const ended = await endConsents(tx, order.filter, order.reason);
  const grantIds = new Set([...ended.map((consent) => consent.grantId), ...(await grantsMeant(tx, order.filter))]);
  const grants = await revokeUnusedGrants(tx, [...grantIds]);
  const revocations: Uuid[] = [];
  for (const grant of grants.filter(({ revoked }) => revoked)) {
    const id = newId(deps.clock, deps.random);
    await insertUpstreamRevocation(tx, { id, grantId: grant.id, generation: grant.generation });
    revocations.push(id);
  }
  const emptied = await endEmptyConnections(tx, [...new Set(ended.map((consent) => consent.connectionId))]);
  await appendAudit(tx, ...eventsOf(deps, ended, emptied, order));
  return { ended, grants, revocations };
}

/** Grants that end even when no consent rests on them. */
async function grantsMeant(tx: Sql, filter: ConsentFilter): Promise<Uuid[]> {
  if (filter.of === 'connection') return await listLiveGrants(tx, filter.connectionId);
  return filter.of === 'grant' ? [filter.grantId] : [];
}

function eventsOf(
  deps: RevocationDeps,
  ended: readonly EndedConsentRow[],
  emptied: readonly Uuid[],
  order: CutOffOrder,
): AuditEvent[] {
  const event = (consent: EndedConsentRow): Omit<AuditEvent, 'kind'> => ({
    ...order.by,
    id: newId(deps.clock, deps.random),
    outcome: 'allowed',
    reason: order.reason,
    organizationId: consent.organizationId,
    serverId: consent.serverId,
    userId: consent.userId,
    subjectId: consent.subjectId,
    provider: consent.provider,
    registrationId: consent.registrationId,
    connectionId: consent.connectionId,
    grantId: consent.grantId,
  });
  const lastOf = (connectionId: Uuid) => ended.find((consent) => consent.connectionId === connectionId);
  return [
    ...ended.map((consent): AuditEvent => ({
      ...event(consent),
      kind: 'consent.ended',
      consentId: consent.id,
      consentVersion: consent.version,
    })),
    ...emptied
      .map(lastOf)
      .filter((consent) => consent !== undefined)
      .map((consent): AuditEvent => ({ ...event(consent), kind: 'connection.ended' })),
  ];
}
