import { appendAudit, type AuditEvent } from '#libs/audit';
import { endSession, type ConnectSessionRow } from '#libs/persistence';
import type { ConnectingDeps } from './deps.js';
import { DiscardTokens } from './discard-tokens.js';
import { openTokens } from './open-tokens.js';
import { sessionFacts } from './session-facts.js';

type Deps = Pick<ConnectingDeps, 'database' | 'vault' | 'fingerprinter' | 'clock' | 'random'>;

/** How a session ends without a connection, and what the log says about it. */
export interface Ending {
  readonly status: 'denied' | 'failed';
  readonly failure: string;
  readonly event: Pick<AuditEvent, 'kind' | 'outcome' | 'actor'> &
    Pick<Partial<AuditEvent>, 'reason' | 'deniedBy' | 'keyId' | 'requestId'>;
}

/** Ends a session and everything that it held: a code is forgotten, tokens are handed over for revocation. */
export class AbandonSession {
  private readonly discard: DiscardTokens;

  constructor(private readonly deps: Deps) {
    this.discard = new DiscardTokens(deps);
  }

  /** True for the one who ended it; the event is recorded only then, unless it is `always` to be. */
  async execute(session: ConnectSessionRow, ending: Ending, always = false): Promise<boolean> {
    const { userId } = session;
    const held = userId === null ? undefined : await openTokens(this.deps, session, userId);
    const discard =
      held && userId !== null
        ? await this.discard.prepare(session, userId, held.tokens, held.facts.account)
        : undefined;
    return await this.deps.database.transaction(async (tx) => {
      const ended = await endSession(tx, session.id, ending);
      if (ended && discard) await discard(tx);
      if (ended || always) {
        const facts = sessionFacts(this.deps, session);
        await appendAudit(tx, { ...facts, reason: ending.failure, ...ending.event, details: { ended } });
      }
      return ended;
    });
  }
}
