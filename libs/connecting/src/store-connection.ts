import { appendAudit } from '#libs/audit';
import { Failure, newId, type Uuid } from '#libs/kernel';
import {
  closeGate,
  countAccountGrants,
  insertGrant,
  insertUpstreamRevocation,
  putConnection,
  repointConsents,
  supersedeGrant,
  type ConnectSessionRow,
  type NewGrantRow,
  type Sql,
} from '#libs/persistence';
import { refreshDueAt, type Account, type ProviderDefinition } from '#libs/providers';
import { AbandonSession } from './abandon-session.js';
import type { ConnectingDeps } from './deps.js';
import type { SessionProvider } from './registration-at-provider.js';
import { sealGrant } from './seal-grant.js';
import { sessionFacts } from './session-facts.js';
import { lockSettling, settleConsent, type Settling } from './settle-consent.js';
import type { ObtainedTokens } from './token-facts.js';

export interface Arrived {
  readonly provider: SessionProvider;
  readonly tokens: ObtainedTokens;
  readonly account: Account;
}

type Deps = Pick<ConnectingDeps, 'database' | 'vault' | 'fingerprinter' | 'clock' | 'random'>;

/** Writes down everything that a finished connection is, in one transaction: all of it or nothing. */
export class StoreConnection {
  private readonly abandon: AbandonSession;

  constructor(private readonly deps: Deps) {
    this.abandon = new AbandonSession(deps);
  }

  /** @throws Failure `conflict` when the session ended or the subject went to somebody else meanwhile */
  async execute(
    session: ConnectSessionRow,
    arrived: Arrived,
  ): Promise<{ readonly kind: 'completed'; readonly consentId: Uuid }> {
    const { provider, tokens, account } = arrived;
    const { definition, registration } = provider;
    const { userId } = session;
    if (!userId) throw new Failure('conflict', 'nobody opened this connect session');
    const grantId = this.id();
    const place = { grantId, userId, organizationId: registration.organizationId, provider: session.provider };
    const sealed = await sealGrant(this.deps, place, tokens);
    const perServer = definition.authorization === 'per_server';
    const grant: Omit<NewGrantRow, 'connectionId'> = {
      ...sealed,
      serverId: perServer ? session.serverId : undefined,
      refreshDueAt: firstRefreshDueAt(definition, grantId, tokens),
    };
    const consentId = await this.deps.database.transaction(async (tx) => {
      const locked = await lockSettling(tx, session.id);
      if (locked.kind === 'completed') return locked.consentId;
      await closeGate(tx);
      const full = await isFull(tx, locked.session, arrived, grant.scopes);
      if (full) return undefined;
      const connectionId = await this.putAccount(tx, locked, account, grant);
      await this.replaceGrant(tx, { ...grant, connectionId }, perServer);
      return await settleConsent(tx, this.deps, locked, { grantId, connectionId });
    });
    return { kind: 'completed', consentId: consentId ?? (await this.refuse(session, account)) };
  }

  /** The new token is given back, and the person is told why. */
  private async refuse(session: ConnectSessionRow, account: Account): Promise<never> {
    const event = { kind: 'connect.failed', outcome: 'failed', actor: 'provider' } as const;
    await this.abandon.execute(session, { status: 'failed', failure: 'too_many_grants', account, event });
    throw new Failure(
      'conflict',
      'the provider allows no further authorization of this account: the person cuts one off, then open a new connect session',
    );
  }

  private async putAccount(
    tx: Sql,
    { session, userId }: Settling,
    account: Account,
    grant: Omit<NewGrantRow, 'connectionId'>,
  ): Promise<Uuid> {
    const connection = await putConnection(tx, this.id(), {
      userId,
      registrationId: session.registrationId,
      provider: session.provider,
      accountKey: account.key,
      accountLabel: account.label,
      accountAvatarUrl: account.avatarUrl,
    });
    await appendAudit(tx, {
      ...sessionFacts(this.deps, session),
      kind: connection.created ? 'connection.created' : 'connection.renewed',
      outcome: 'allowed',
      actor: 'user',
      connectionId: connection.id,
      grantId: grant.id,
      generation: 1,
      scopesRequested: session.consentScopes ?? [],
      scopesGranted: grant.scopes,
      tokenFingerprint: grant.accessFingerprint,
      fingerprintVersion: grant.fingerprintVersion,
      tokenExpiresAt: grant.accessExpiresAt,
    });
    return connection.id;
  }

  /**
   * The new authorization takes the place of the old one. Where each has tokens of its own the old ones are revoked at
   * the provider; where a new one may be the old one again, revoking would end both.
   */
  private async replaceGrant(tx: Sql, grant: NewGrantRow, perServer: boolean): Promise<void> {
    const { connectionId, serverId } = grant;
    const old = await supersedeGrant(tx, { connectionId, serverId, newFingerprint: grant.accessFingerprint });
    await insertGrant(tx, grant);
    if (!old) return;
    await repointConsents(tx, old.id, grant.id);
    if (perServer && old.otherToken)
      await insertUpstreamRevocation(tx, { id: this.id(), grantId: old.id, generation: old.generation });
  }

  private id(): Uuid {
    return newId(this.deps.clock, this.deps.random);
  }
}

/** Behind the gate: which account it is was not known before, and others may have come in since there was room. */
async function isFull(
  tx: Sql,
  { registrationId }: ConnectSessionRow,
  { provider, account }: Arrived,
  scopes: readonly string[],
): Promise<boolean> {
  const limit = provider.definition.maxGrantsPerAccount;
  return (
    limit !== undefined && (await countAccountGrants(tx, { registrationId, accountKey: account.key, scopes })) >= limit
  );
}

function firstRefreshDueAt(definition: ProviderDefinition, grantId: Uuid, tokens: ObtainedTokens): Date | undefined {
  return refreshDueAt(definition, {
    grantId,
    generation: 1,
    hot: true,
    hasRefreshToken: tokens.refreshToken !== undefined,
    obtainedAt: tokens.obtainedAt,
    accessExpiresAt: tokens.accessExpiresAt,
    refreshExpiresAt: tokens.refreshExpiresAt,
  });
}
