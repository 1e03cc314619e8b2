import type { AuditEvent } from '#libs/audit';
import { newId } from '#libs/kernel';
import type { RefreshGrantRow } from '#libs/persistence';
import type { RefreshDeps } from './refresh-deps.js';

type Said = Pick<AuditEvent, 'kind' | 'outcome'> & Partial<AuditEvent>;

/** A row about a grant. Its id is fixed when it is made, so that a repeated commit adds no second one. */
export function grantEvent(
  deps: Pick<RefreshDeps, 'clock' | 'random'>,
  grant: RefreshGrantRow,
  said: Said,
): AuditEvent {
  return {
    id: newId(deps.clock, deps.random),
    actor: 'worker',
    organizationId: grant.auditOrganizationId,
    serverId: grant.serverId ?? undefined,
    userId: grant.userId,
    provider: grant.provider,
    registrationId: grant.registrationId,
    connectionId: grant.connectionId,
    grantId: grant.id,
    generation: grant.generation,
    ...said,
  };
}
