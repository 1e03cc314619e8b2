import { newId, type Uuid } from '#libs/kernel';
import {
  findRegistrationOwner,
  insertEndedConnection,
  insertRevokedGrant,
  insertUpstreamRevocation,
  type ConnectSessionRow,
  type Sql,
} from '#libs/persistence';
import type { Account } from '#libs/providers';
import type { ConnectingDeps } from './deps.js';
import { sealGrant } from './seal-grant.js';
import type { ObtainedTokens } from './token-facts.js';

type Deps = Pick<ConnectingDeps, 'database' | 'vault' | 'fingerprinter' | 'clock' | 'random'>;

/** Tokens that nobody may use are not forgotten: they are written down as revoked, so that the provider gets to know. */
export class DiscardTokens {
  constructor(private readonly deps: Deps) {}

  /** Seals what has to be written; the writing itself is for the transaction in which the session ends. */
  async prepare(
    session: ConnectSessionRow,
    userId: Uuid,
    tokens: ObtainedTokens,
    account: Account | undefined,
  ): Promise<(tx: Sql) => Promise<void>> {
    const { registrationId, provider, serverId } = session;
    const organizationId = await findRegistrationOwner(this.deps.database, registrationId);
    const [grantId, connectionId, revocationId] = [this.id(), this.id(), this.id()];
    const sealed = await sealGrant(this.deps, { grantId, organizationId, userId, provider }, tokens);
    return async (tx) => {
      await insertEndedConnection(tx, connectionId, {
        userId,
        registrationId,
        provider,
        // Whose they are may never have been found out.
        accountKey: account?.key ?? `unknown:${session.id}`,
        accountLabel: account?.label ?? 'unknown',
        accountAvatarUrl: undefined,
      });
      await insertRevokedGrant(tx, { ...sealed, connectionId, serverId, refreshDueAt: undefined });
      await insertUpstreamRevocation(tx, { id: revocationId, grantId, generation: 1 });
    };
  }

  private id(): Uuid {
    return newId(this.deps.clock, this.deps.random);
  }
}
