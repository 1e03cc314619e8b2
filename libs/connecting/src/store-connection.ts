import { appendAudit } from '#libs/audit';
import { Failure, newId, type Uuid } from '#libs/kernel';
import {
  closeGate,
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
  constructor(private readonly deps: Deps) {}

  /** @throws Failure `conflict` when the session ended or the subject went to somebody else meanwhile */
  async execute(
    session: ConnectSessionRow,
    { provider, tokens, account }: Arrived,
  ): Promise<{ readonly kind: 'completed'; readonly consentId: Uuid }> {
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
      await closeGate(tx);
      const locked = await lockSettling(tx, session.id);
      if (locked.kind === 'completed') return locked.consentId;
      const connectionId = await this.putAccount(tx, locked, account, grant);
      await this.replaceGrant(tx, { ...grant, connectionId }, perServer);
      return await settleConsent(tx, this.deps, locked, { grantId, connectionId });
    });
    return { kind: 'completed', consentId };
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
