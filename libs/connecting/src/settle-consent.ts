import { appendAudit } from '#libs/audit';
import { Failure, newId, type Uuid } from '#libs/kernel';
import {
  clearRefusal,
  finishSession,
  fixSubjectRegistration,
  linkSubject,
  lockConnectSession,
  lockSubjectById,
  putConsent,
  type ConnectSessionRow,
  type Sql,
} from '#libs/persistence';
import type { ConnectingDeps } from './deps.js';
import { sessionFacts } from './session-facts.js';

/** A session that is being finished, locked until the transaction ends. */
export interface Settling {
  readonly kind: 'settling';
  readonly session: ConnectSessionRow;
  readonly userId: Uuid;
}

/** @throws Failure `conflict` when there is nothing to finish any more */
export async function lockSettling(
  tx: Sql,
  sessionId: Uuid,
): Promise<Settling | { readonly kind: 'completed'; readonly consentId: Uuid }> {
  const session = await lockConnectSession(tx, sessionId);
  if (session?.consentId) return { kind: 'completed', consentId: session.consentId };
  const open = session?.status === 'held' || session?.status === 'confirming';
  if (!session?.userId || !open) throw new Failure('conflict', 'this connect session ended');
  return { kind: 'settling', session, userId: session.userId };
}

/** Links the subject, writes the consent and closes the session. Returns the consent's id. */
export async function settleConsent(
  tx: Sql,
  deps: Pick<ConnectingDeps, 'clock' | 'random'>,
  { session, userId }: Settling,
  place: { readonly grantId: Uuid; readonly connectionId: Uuid },
): Promise<Uuid> {
  const { subjectId, provider, registrationId } = session;
  await link(tx, deps, session, userId);
  await fixSubjectRegistration(tx, { subjectId, provider, registrationId });
  await clearRefusal(tx, subjectId, provider);
  const scopes = session.consentScopes ?? [];
  const consent = await putConsent(tx, newId(deps.clock, deps.random), {
    userId,
    serverId: session.serverId,
    subjectId,
    grantId: place.grantId,
    provider,
    scopes,
    expiresAt: session.consentUntil,
  });
  if (!(await finishSession(tx, session.id, consent.id))) throw new Failure('conflict', 'this connect session ended');
  const facts = { outcome: 'allowed', actor: 'user', ...place, consentId: consent.id } as const;
  await appendAudit(
    tx,
    {
      ...sessionFacts(deps, session),
      ...facts,
      kind: consent.created ? 'consent.granted' : 'consent.changed',
      scopesGranted: scopes,
      consentVersion: consent.version,
    },
    { ...sessionFacts(deps, session), ...facts, kind: 'connect.completed' },
  );
  return consent.id;
}

/** A subject is linked to one person. Somebody else's stays somebody else's (P6). */
async function link(
  tx: Sql,
  deps: Pick<ConnectingDeps, 'clock' | 'random'>,
  session: ConnectSessionRow,
  userId: Uuid,
): Promise<void> {
  const subject = await lockSubjectById(tx, session.subjectId);
  if (subject?.userId === userId) return;
  if (!subject?.userId && !provenByServer(session))
    throw new Failure('conflict', 'the person unlinked this user_id meanwhile: open a new connect session');
  if (subject?.userId || !(await linkSubject(tx, session.subjectId, userId)))
    throw new Failure('conflict', 'this user_id was linked to another person meanwhile');
  await appendAudit(tx, { ...sessionFacts(deps, session), kind: 'subject.linked', outcome: 'allowed', actor: 'user' });
}

/**
 * Where the opener was known to be the subject by an earlier link, no code was made; and only what such a person renews
 * can be waiting for a confirmation. That link may be gone by now, and must not come back by it.
 */
function provenByServer({ status, completionCodeHash, typedCodeHash }: ConnectSessionRow): boolean {
  return status === 'held' && (completionCodeHash !== null || typedCodeHash !== null);
}
