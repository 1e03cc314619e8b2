import { appendAudit, type AuditEvent } from '#libs/audit';
import { newId, type Uuid } from '#libs/kernel';
import { closeGate, findServer, listEndedGrants, listUpstreamStates, type Sql } from '#libs/persistence';
import type { ConsentFilter } from '#libs/persistence';
import { cutOff, type CutOff, type CutOffOrder } from './cut-off.js';
import { outcomeOf } from './outcome.js';
import type { RevocationDeps, RevocationResult, RevokedBy } from './revocation-deps.js';
import { UpstreamRevoker } from './upstream-revoker.js';

const defaultInlineMs = 3_000;

/** What all ways of taking access away have in common: one short local commit, then the provider. */
export class Revocation {
  readonly upstream: UpstreamRevoker;

  constructor(readonly deps: RevocationDeps) {
    this.upstream = new UpstreamRevoker(deps);
  }

  /** Commits behind the closed gate; `more` writes what else belongs to it. */
  async commit(order: CutOffOrder, more: (tx: Sql, cut: CutOff) => Promise<void> = async () => {}): Promise<CutOff> {
    return await this.deps.database.transaction(async (tx) => {
      await closeGate(tx);
      const cut = await cutOff(this.deps, tx, order);
      await more(tx, cut);
      return cut;
    });
  }

  /** Tries the upstream calls at once, for as long as an answer may take; the worker goes on with the rest. */
  async finish({ grants, revocations }: CutOff): Promise<RevocationResult> {
    const waitMs = this.deps.inlineMs ?? defaultInlineMs;
    const states = await Promise.all(revocations.map((id) => this.upstream.run(id, { waitMs })));
    const revoked = grants.filter((grant) => grant.revoked);
    const fates = [
      ...grants.filter((grant) => !grant.revoked).map((grant) => ({ ...grant, state: 'kept' as const })),
      ...revoked.map((grant, at) => ({ ...grant, state: states[at] ?? ('pending' as const) })),
    ];
    return outcomeOf(fates, this.deps.clock.now());
  }

  /** The answer to a repeated call, in the words of the first one: what became of the first one. */
  async repeated(filter: ConsentFilter): Promise<RevocationResult> {
    const grantIds = await listEndedGrants(this.deps.database, filter);
    const fates = await listUpstreamStates(this.deps.database, grantIds);
    return outcomeOf(fates, this.deps.clock.now());
  }

  /** The row of a server's own call, whether there was anything to end or not. */
  async noteCall(tx: Sql, serverId: Uuid, by: RevokedBy, more: Partial<AuditEvent>): Promise<void> {
    const server = await findServer(tx, serverId);
    await appendAudit(tx, {
      ...by,
      id: newId(this.deps.clock, this.deps.random),
      kind: 'token.revoke',
      outcome: 'allowed',
      organizationId: server?.organizationId,
      serverId,
      ...more,
    });
  }
}
