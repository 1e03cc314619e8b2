import { appendAudit } from '#libs/audit';
import { sha256 } from '#libs/crypto';
import type { Secret, Uuid } from '#libs/kernel';
import { endSession, findServer, findSessionByState, type ConnectSessionRow } from '#libs/persistence';
import type { ConnectingDeps } from './deps.js';
import { LinkRefused } from './link-refused.js';
import type { SignedInOpener } from './opener.js';
import { sessionFacts } from './session-facts.js';

export interface Callback {
  /** Which registration's address was called. */
  readonly registrationId: Uuid;
  readonly state: Secret;
  /** Undefined when nobody is signed in in this browser. */
  readonly opener: SignedInOpener | undefined;
}

type Deps = Pick<ConnectingDeps, 'database' | 'clock' | 'random'>;

/**
 * Somebody comes back from a provider. Before a word of what they bring is believed: the state is one of ours, came to
 * the address of the registration for which it was made (mix-up), and is carried by the browser and the person that
 * went out with it (request forgery). A state in wrong hands is a state that leaked: its session ends.
 */
export class CheckCallback {
  constructor(private readonly deps: Deps) {}

  /** @throws LinkRefused `state_mismatch`, `expired` */
  async execute({ registrationId, state, opener }: Callback): Promise<ConnectSessionRow> {
    const session = await findSessionByState(this.deps.database, sha256(state.reveal()));
    if (session?.status !== 'authorizing') throw new LinkRefused('state_mismatch');
    const wrong = wrongHands(session, registrationId, opener);
    if (wrong !== undefined) {
      await this.destroy(session, wrong);
      throw new LinkRefused('state_mismatch');
    }
    if (!session.expired) return session;
    const server = await findServer(this.deps.database, session.serverId);
    throw new LinkRefused('expired', { serverName: server?.name });
  }

  private async destroy(session: ConnectSessionRow, reason: string): Promise<void> {
    await this.deps.database.transaction(async (tx) => {
      await endSession(tx, session, { status: 'failed', failure: reason });
      await appendAudit(tx, {
        ...sessionFacts(this.deps, session),
        kind: 'connect.callback',
        outcome: 'denied',
        reason,
        actor: 'anonymous',
      });
    });
  }
}

function wrongHands(
  session: ConnectSessionRow,
  registrationId: Uuid,
  opener: SignedInOpener | undefined,
): string | undefined {
  if (session.registrationId !== registrationId) return 'other_registration';
  if (session.userId !== opener?.userId) return 'other_person';
  if (!opener || !session.browserSessionHash?.equals(opener.browserSessionHash)) return 'other_browser';
  return undefined;
}
