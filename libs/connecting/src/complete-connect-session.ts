import { appendAudit } from '#libs/audit';
import { Failure, publicId, type Uuid } from '#libs/kernel';
import {
  findConnectSession,
  findConsentAccount,
  findSubject,
  type ConnectSessionRow,
  type ConsentAccountRow,
} from '#libs/persistence';
import { AbandonSession } from './abandon-session.js';
import { checkProof, type Mismatch } from './check-proof.js';
import type { CompleteRequest } from './complete-request.js';
import type { ConnectingDeps } from './deps.js';
import { statusOf } from './read-connect-session.js';
import { sessionFacts } from './session-facts.js';
import { SettleSession } from './settle-session.js';

export interface CompletedConnection {
  /** The session's. */
  readonly id: Uuid;
  readonly consentId: Uuid;
  readonly provider: string;
  readonly scopes: readonly string[];
  /** Name of the account at the provider. */
  readonly account: string;
}

/** The server vouches that the person who came back is the one for whom it made the link. Idempotent. */
export class CompleteConnectSession {
  private readonly settle: SettleSession;
  private readonly abandon: AbandonSession;

  constructor(private readonly deps: ConnectingDeps) {
    this.settle = new SettleSession(deps);
    this.abandon = new AbandonSession(deps);
  }

  /**
   * @throws Failure `not_found`, `access_denied` (the person said no, or is not the one: everything held is destroyed
   * and audited), `invalid_request` (a typed code that is wrong), `interaction_required` (another account: the person
   * has to confirm), `conflict` (not answered yet, ended, or being completed), `temporarily_unavailable`
   */
  async execute(request: CompleteRequest): Promise<CompletedConnection> {
    const session = await findConnectSession(this.deps.database, request.id);
    if (session?.serverId !== request.serverId) throw new Failure('not_found', 'there is no such connect session');
    const subject = await findSubject(this.deps.database, session.subjectId);
    if (session.status === 'held' || session.status === 'confirming' || session.status === 'completed') {
      const sameSubject = subject?.externalId === request.subject;
      const proven = subject?.userId === session.userId;
      const mismatch = sameSubject
        ? await checkProof(this.deps.database, { session, proven }, request)
        : 'other_subject';
      if (mismatch !== undefined) await this.refuse(session, mismatch, request);
    }
    requireAnswered(session);
    const settled = await this.settle.execute(session.id);
    if (settled.kind === 'confirming') throw this.askAgain(session);
    const consent = await findConsentAccount(this.deps.database, settled.consentId);
    if (!consent) throw new Error('a completed connect session has no consent');
    return completed(session.id, settled.consentId, consent);
  }

  /** Ends the attempt of somebody who is not the subject. What was held is gone before the answer leaves. */
  private async refuse(
    session: ConnectSessionRow,
    mismatch: Mismatch,
    { keyId, requestId }: CompleteRequest,
  ): Promise<never> {
    const wrongTry = mismatch === 'typed_code_wrong';
    const event = {
      kind: 'connect.link_user_mismatch',
      outcome: 'denied',
      actor: 'server',
      reason: mismatch,
      keyId,
      requestId,
    } as const;
    if (wrongTry) await appendAudit(this.deps.database, { ...sessionFacts(this.deps, session), ...event });
    else await this.abandon.execute(session, { status: 'failed', failure: 'link_user_mismatch', event }, true);
    if (wrongTry) throw new Failure('invalid_request', 'completion_code: is not the code that the person was shown');
    throw new Failure(
      'access_denied',
      'the browser that opened the link is not the one of this user_id: nothing was connected, open a new connect session',
    );
  }

  private askAgain(session: ConnectSessionRow): Failure {
    const uri = `${this.deps.connectionsUrl}/connect/sessions/${publicId('connectSession', session.id)}`;
    return new Failure('interaction_required', 'the person signed in with another account and has to confirm it', {
      interaction_uri: uri,
    });
  }
}

function completed(id: Uuid, consentId: Uuid, consent: ConsentAccountRow): CompletedConnection {
  return { id, consentId, provider: consent.provider, scopes: consent.scopes, account: consent.accountLabel };
}

function requireAnswered(session: ConnectSessionRow): void {
  const status = statusOf(session);
  switch (status) {
    case 'held':
    case 'confirming':
    case 'completed':
      return;
    case 'denied':
      throw new Failure('access_denied', 'the person said no', { denied_by: 'user_denied' });
    case 'open':
    case 'authorizing':
      throw new Failure('conflict', 'the person has not finished yet', { retry_after: 5 });
    case 'expired':
      throw new Failure('conflict', 'this connect session has expired: open a new one');
    case 'failed':
      throw new Failure('conflict', 'this connect session has failed: open a new one');
  }
}
