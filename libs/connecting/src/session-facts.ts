import type { AuditEvent } from '#libs/audit';
import { newId } from '#libs/kernel';
import type { ConnectSessionRow } from '#libs/persistence';
import type { ConnectingDeps } from './deps.js';

/** What every audit row about a session says. */
export function sessionFacts(
  deps: Pick<ConnectingDeps, 'clock' | 'random'>,
  session: ConnectSessionRow,
): Omit<AuditEvent, 'kind' | 'outcome' | 'actor'> {
  return {
    id: newId(deps.clock, deps.random),
    organizationId: session.organizationId,
    serverId: session.serverId,
    userId: session.userId ?? undefined,
    subjectId: session.subjectId,
    provider: session.provider,
    registrationId: session.registrationId,
    connectSessionId: session.id,
  };
}
