import type { Secret, Uuid } from '#libs/kernel';
import type { UpstreamState } from './conclude.js';
import { endExpiredConsents } from './expired-consents.js';
import { GiveUpAccess, type AccessToGiveUp } from './give-up-access.js';
import { KillToken } from './kill-token.js';
import { Revocation } from './revocation.js';
import type { RevocationDeps, RevocationResult, RevokedBy } from './revocation-deps.js';
import { UserRevocations } from './user-revocations.js';

/** Every way in which access is taken away. All are idempotent, and effective when they return, whatever the provider does. */
export class Revocations {
  readonly #revocation: Revocation;
  readonly #giveUp: GiveUpAccess;
  readonly #kill: KillToken;
  readonly #user: UserRevocations;

  constructor(deps: RevocationDeps) {
    this.#revocation = new Revocation(deps);
    this.#giveUp = new GiveUpAccess(this.#revocation);
    this.#kill = new KillToken(this.#revocation);
    this.#user = new UserRevocations(this.#revocation);
  }

  /** A server gives up its access to what one subject connected. */
  giveUpAccess(access: AccessToGiveUp, by: RevokedBy): Promise<RevocationResult> {
    return this.#giveUp.execute(access, by);
  }

  /** A server has one token killed that it was given. Throws `conflict` on a shared grant. */
  killToken(what: { readonly serverId: Uuid; readonly token: Secret }, by: RevokedBy): Promise<RevocationResult> {
    return this.#kill.execute(what.serverId, what.token, by);
  }

  /** A person cuts off one server. */
  endConsent(what: { readonly userId: Uuid; readonly consentId: Uuid }, by: RevokedBy): Promise<RevocationResult> {
    return this.#user.endConsent(what.userId, what.consentId, by);
  }

  /** A person takes back a server's name for them. Throws `not_found`. */
  unlinkSubject(what: { readonly userId: Uuid; readonly subjectId: Uuid }, by: RevokedBy): Promise<RevocationResult> {
    return this.#user.unlinkSubject(what.userId, what.subjectId, by);
  }

  /** A person disconnects an account. Throws `not_found`. */
  disconnect(what: { readonly userId: Uuid; readonly connectionId: Uuid }, by: RevokedBy): Promise<RevocationResult> {
    return this.#user.disconnect(what.userId, what.connectionId, by);
  }

  /** Ends consents whose time is over, `limit` at most; how many those were. Their grants are queued to be revoked. */
  endExpired(limit: number): Promise<number> {
    return endExpiredConsents(this.#revocation, limit);
  }

  /** Tries one queued upstream revocation; waits at most `waitMs` and never throws. */
  runUpstreamRevocation(id: Uuid, options: { readonly waitMs: number }): Promise<UpstreamState> {
    return this.#revocation.upstream.run(id, options);
  }

  /** Resolves when every upstream call under way has ended. */
  close(): Promise<void> {
    return this.#revocation.upstream.close();
  }
}
