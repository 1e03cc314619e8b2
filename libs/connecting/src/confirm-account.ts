import { opaqueToken, sha256 } from '#libs/crypto';
import { Failure, publicId, type Uuid } from '#libs/kernel';
import { findConnectSession, replaceCompletionCode, type ConnectSessionRow } from '#libs/persistence';
import { AbandonSession } from './abandon-session.js';
import type { ConnectingDeps } from './deps.js';
import { LinkRefused } from './link-refused.js';
import { openTokens } from './open-tokens.js';
import type { SignedInOpener } from './opener.js';
import { loadSessionProvider } from './registration-at-provider.js';
import { returnTo } from './return-to.js';
import { StoreConnection } from './store-connection.js';

export interface ConfirmCommand {
  readonly sessionId: Uuid;
  readonly opener: SignedInOpener;
  readonly answer: 'keep_both' | 'cancel';
}

/** "You signed in as somebody else": the person says whether that was meant. */
export class ConfirmAccount {
  private readonly store: StoreConnection;
  private readonly abandon: AbandonSession;

  constructor(private readonly deps: ConnectingDeps) {
    this.store = new StoreConnection(deps);
    this.abandon = new AbandonSession(deps);
  }

  /** Returns where the browser goes. @throws LinkRefused, Failure `conflict`, `temporarily_unavailable` */
  async execute({ sessionId, opener, answer }: ConfirmCommand): Promise<string> {
    const session = await findConnectSession(this.deps.database, sessionId);
    requireOwn(session, opener);
    const connect_session = publicId('connectSession', session.id);
    if (answer === 'cancel') {
      await this.abandon.execute(session, {
        status: 'denied',
        failure: 'other_account',
        event: { kind: 'connect.denied', outcome: 'denied', actor: 'user', deniedBy: 'user_denied' },
      });
      return returnTo(session.returnUrl, { connect_session, error: 'access_denied' });
    }
    await this.keep(session, opener.userId);
    return returnTo(session.returnUrl, { connect_session, ...(await this.completionCode(session)) });
  }

  private async keep(session: ConnectSessionRow, userId: Uuid): Promise<void> {
    const held = await openTokens(this.deps, session, userId);
    const account = held?.facts.account;
    if (!held || !account) throw new Failure('conflict', 'this connect session ended');
    const provider = await loadSessionProvider(this.deps, session);
    await this.store.execute(session, { provider, tokens: held.tokens, account });
  }

  private async completionCode(session: ConnectSessionRow): Promise<{ completion_code?: string }> {
    if (!session.binding) return {};
    const code = opaqueToken(this.deps.random).reveal();
    await replaceCompletionCode(this.deps.database, session.id, sha256(code));
    return { completion_code: code };
  }
}

function requireOwn(
  session: ConnectSessionRow | undefined,
  opener: SignedInOpener,
): asserts session is ConnectSessionRow {
  if (session?.userId !== opener.userId) throw new LinkRefused('unknown');
  if (!session.browserSessionHash?.equals(opener.browserSessionHash)) throw new LinkRefused('other_browser');
  if (session.status !== 'confirming') throw new LinkRefused('used');
  if (session.expired) throw new LinkRefused('expired');
}
