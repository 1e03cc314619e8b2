import { Failure, type Uuid } from '#libs/kernel';
import { findConnectSession, findConsentAccount, type ConnectSessionRow, type ConnectStatus } from '#libs/persistence';
import type { ConnectingDeps } from './deps.js';

/** What a server may know of a session that it opened. Nothing about the person before the end. */
export interface ConnectSessionView {
  readonly id: Uuid;
  readonly status: ConnectStatus | 'expired';
  readonly provider: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date;
  /** Why it failed, in one word. */
  readonly failure?: string;
  readonly consentId?: Uuid;
  /** Name of the account at the provider. */
  readonly account?: string;
}

const unfinished: readonly ConnectStatus[] = ['open', 'authorizing', 'held', 'confirming'];

export class ReadConnectSession {
  constructor(private readonly deps: Pick<ConnectingDeps, 'database'>) {}

  /** @throws Failure `not_found`: another server's session looks like none */
  async execute(request: { readonly serverId: Uuid; readonly id: Uuid }): Promise<ConnectSessionView> {
    const session = await findConnectSession(this.deps.database, request.id);
    if (session?.serverId !== request.serverId) throw new Failure('not_found', 'there is no such connect session');
    const consent = session.consentId ? await findConsentAccount(this.deps.database, session.consentId) : undefined;
    return {
      id: session.id,
      status: statusOf(session),
      provider: session.provider,
      scopes: consent?.scopes ?? session.scopes,
      expiresAt: session.expiresAt,
      ...(session.failure === null ? {} : { failure: session.failure }),
      ...(session.consentId === null ? {} : { consentId: session.consentId }),
      ...(consent ? { account: consent.accountLabel } : {}),
    };
  }
}

export function isUnfinished(session: ConnectSessionRow | undefined): boolean {
  return session !== undefined && unfinished.includes(session.status);
}

export function statusOf(session: ConnectSessionRow): ConnectStatus | 'expired' {
  return session.expired && isUnfinished(session) ? 'expired' : session.status;
}
