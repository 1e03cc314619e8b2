import { Failure, newId, type Secret, type Uuid } from '#libs/kernel';
import {
  findRefreshGrant,
  findTokenOwner,
  insertUpstreamRevocation,
  type Sql,
  type TokenOwnerRow,
} from '#libs/persistence';
import { writePair } from './pair-text.js';
import type { Revocation } from './revocation.js';
import type { RevocationResult, RevokedBy } from './revocation-deps.js';
import { revocationContext } from './seal-contexts.js';

const nothingKnown: RevocationResult = { revoked: true, upstream: 'revoked' };

/**
 * Kills one token that a server was given. Only what went to this very server is looked through, and a token that is not
 * found there answers like one that is dead (RFC 7009 section 2.2), so that nobody can try out strangers' tokens.
 */
export class KillToken {
  constructor(private readonly revocation: Revocation) {}

  /** Throws `conflict` when the token belongs to a grant that servers share. */
  async execute(serverId: Uuid, token: Secret, by: RevokedBy): Promise<RevocationResult> {
    const { database, fingerprinter } = this.revocation.deps;
    const fingerprints = fingerprinter.all(token).map((fingerprint) => fingerprint.value);
    const owner = await findTokenOwner(database, serverId, fingerprints);
    if (!owner) {
      await this.revocation.noteCall(database, serverId, by, { reason: 'unknown_token' });
      return nothingKnown;
    }
    if (owner.shared) {
      await this.revocation.noteCall(database, serverId, by, { outcome: 'denied', reason: 'shared_grant' });
      throw new Failure(
        'conflict',
        'token: it may serve other servers too; give up your access with user_id and provider',
      );
    }
    return owner.current ? await this.#killGrant(serverId, owner, by) : await this.#killOld(serverId, owner, token, by);
  }

  /** The token in force: with it the whole authorization ends, since its refresh token could make another one. */
  async #killGrant(serverId: Uuid, owner: TokenOwnerRow, by: RevokedBy): Promise<RevocationResult> {
    const filter = { of: 'grant', grantId: owner.grantId } as const;
    const order = { filter, reason: 'token_killed', by } as const;
    const cut = await this.revocation.commit(order, (tx) => this.#note(tx, serverId, owner, by));
    return cut.grants.length === 0 ? await this.revocation.repeated(filter) : await this.revocation.finish(cut);
  }

  /** A token that a refresh replaced: it alone is revoked, and the pair in force stays. */
  async #killOld(serverId: Uuid, owner: TokenOwnerRow, token: Secret, by: RevokedBy): Promise<RevocationResult> {
    const { deps } = this.revocation;
    const grant = await findRefreshGrant(deps.database, owner.grantId);
    if (!grant) return nothingKnown;
    const id = newId(deps.clock, deps.random);
    const { generation, grantId } = owner;
    const tokenSealed = await deps.vault.seal(
      writePair({ accessToken: token }),
      revocationContext(grant, { id, generation }),
    );
    await deps.database.transaction(async (tx) => {
      await insertUpstreamRevocation(tx, { id, grantId, generation, tokenSealed });
      await this.#note(tx, serverId, owner, by);
    });
    const left = { id: grantId, generation, revoked: true, accessExpiresAt: null };
    return await this.revocation.finish({ ended: [], grants: [left], revocations: [id] });
  }

  async #note(tx: Sql, serverId: Uuid, owner: TokenOwnerRow, by: RevokedBy): Promise<void> {
    await this.revocation.noteCall(tx, serverId, by, { grantId: owner.grantId, generation: owner.generation });
  }
}
