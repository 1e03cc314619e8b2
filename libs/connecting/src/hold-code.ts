import { appendAudit } from '#libs/audit';
import { sha256 } from '#libs/crypto';
import type { Secret } from '#libs/kernel';
import { findSubject, holdProviderCode, type ConnectSessionRow } from '#libs/persistence';
import type { ConnectingDeps } from './deps.js';
import { LinkRefused } from './link-refused.js';
import { makeProof } from './proof.js';
import { loadSessionProvider } from './registration-at-provider.js';
import { codeContext } from './seal-contexts.js';
import { sessionFacts } from './session-facts.js';
import { withKeys } from './with-keys.js';

/** What is done with the browser next. */
export interface Held {
  /** The opener is known to be the subject already: the code may be spent. */
  readonly proven: boolean;
  readonly completionCode: Secret | undefined;
}

type Deps = Pick<ConnectingDeps, 'database' | 'vault' | 'catalogue' | 'clock' | 'random' | 'connectionsUrl'>;

/** Keeps the provider's code sealed and unspent until the opener is known to be the one the link was made for (P6). */
export class HoldCode {
  constructor(private readonly deps: Deps) {}

  /** @throws LinkRefused `state_mismatch` when the state was used meanwhile, Failure `temporarily_unavailable` */
  async execute(session: ConnectSessionRow, state: Secret, code: Secret): Promise<Held> {
    const { userId } = session;
    if (userId === null) throw new LinkRefused('state_mismatch');
    const { registration, definition } = await loadSessionProvider(this.deps, session);
    const seal = { sessionId: session.id, organizationId: registration.organizationId, provider: session.provider };
    const codeSealed = await withKeys(() => this.deps.vault.seal(code, codeContext(seal, userId)));
    const subject = await findSubject(this.deps.database, session.subjectId);
    const proven = subject?.userId === userId;
    const { codeSeconds: lifetimeSeconds } = definition.lifetime;
    const proof = await makeProof(this.deps, session, { seal, userId, proven, lifetimeSeconds });
    await this.deps.database.transaction(async (tx) => {
      const stateHash = sha256(state.reveal());
      const first = await holdProviderCode(tx, session.id, { stateHash, codeSealed, proof: proof.row });
      if (!first) throw new LinkRefused('state_mismatch');
      await appendAudit(tx, {
        ...sessionFacts(this.deps, session),
        kind: 'connect.callback',
        outcome: 'allowed',
        actor: 'user',
        details: { proven },
      });
    });
    return { proven, completionCode: proof.completionCode };
  }
}
