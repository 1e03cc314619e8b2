import { appendAudit, type AuditEvent } from '#libs/audit';
import { endSession, findConnectSession, type ConnectSessionRow, type Sql } from '#libs/persistence';
import type { Account } from '#libs/providers';
import type { ConnectingDeps } from './deps.js';
import { DiscardTokens } from './discard-tokens.js';
import { openTokens } from './open-tokens.js';
import { isUnfinished } from './read-connect-session.js';
import { sessionFacts } from './session-facts.js';

type Deps = Pick<ConnectingDeps, 'database' | 'vault' | 'fingerprinter' | 'clock' | 'random'>;

/** How a session ends without a connection, and what the log says about it. */
export interface Ending {
  readonly status: 'denied' | 'failed';
  readonly failure: string;
  /** Whose tokens the session holds, where that was found out but not stored with it yet. */
  readonly account?: Account;
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
    const { database } = this.deps;
    let known = session;
    for (;;) {
      const discard = await this.prepareDiscard(known, ending.account);
      const done = await database.transaction((tx) => this.end(tx, known, { ending, discard, always }));
      if (done !== 'changed') return done === 'ended';
      // Tokens came in since the session was read. Keys are fetched outside of the transaction, so look again.
      known = (await findConnectSession(database, session.id)) ?? known;
    }
  }

  private async end(tx: Sql, known: ConnectSessionRow, step: Step): Promise<'ended' | 'over' | 'changed'> {
    const { ending, discard, always } = step;
    const ended = await endSession(tx, known, ending);
    if (!ended && isUnfinished(await findConnectSession(tx, known.id))) return 'changed';
    if (ended) await discard?.(tx);
    if (ended || always) {
      const facts = sessionFacts(this.deps, known);
      await appendAudit(tx, { ...facts, reason: ending.failure, ...ending.event, details: { ended } });
    }
    return ended ? 'ended' : 'over';
  }

  private async prepareDiscard(session: ConnectSessionRow, account: Account | undefined): Promise<Discard | undefined> {
    const { userId } = session;
    const held = userId === null ? undefined : await openTokens(this.deps, session, userId);
    if (!held || userId === null) return undefined;
    return await this.discard.prepare(session, userId, held.tokens, account ?? held.facts.account);
  }
}

type Discard = (tx: Sql) => Promise<void>;

interface Step {
  readonly ending: Ending;
  readonly discard: Discard | undefined;
  readonly always: boolean;
}
