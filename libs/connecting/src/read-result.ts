import { publicId, type Secret, type Uuid } from '#libs/kernel';
import {
  findConnectSession,
  findConsentAccount,
  findRegistration,
  findServer,
  findSubject,
  type ConnectSessionRow,
  type ConnectStatus,
} from '#libs/persistence';
import { describeScope, impliedClosure } from '#libs/providers';
import type { ConnectingDeps } from './deps.js';
import { LinkRefused } from './link-refused.js';
import type { SignedInOpener } from './opener.js';
import { statusOf } from './read-connect-session.js';
import { returnTo } from './return-to.js';
import { typedCodeContext } from './seal-contexts.js';
import type { TokenFacts } from './token-facts.js';
import { withKeys } from './with-keys.js';

/** How a session stands, for the person who went through it. */
export interface ResultView {
  readonly sessionId: Uuid;
  readonly status: ConnectStatus | 'expired';
  readonly failure: string | undefined;
  readonly serverName: string;
  readonly provider: { readonly slug: string; readonly name: string };
  readonly returnUrl: string;
  readonly expiresAt: Date;
  /** The opener is the subject already, so that a held answer can be finished without the server. */
  readonly proven: boolean;
  /** To be typed at the place where the person asked for the connection. */
  readonly typedCode: Secret | undefined;
  readonly account: string | undefined;
  /** The account that was to be renewed, when it is another one. */
  readonly renewedAccount: string | undefined;
  /** What the provider gave beyond what was allowed here, in words; such a token is not handed out. */
  readonly beyond: readonly string[];
}

type Deps = Pick<ConnectingDeps, 'database' | 'vault' | 'catalogue'>;

/** Shows a session to the one browser that went through it. */
export class ReadResult {
  constructor(private readonly deps: Deps) {}

  /** @throws LinkRefused, Failure `temporarily_unavailable` */
  async execute(sessionId: Uuid, opener: SignedInOpener): Promise<ResultView> {
    const { database, catalogue } = this.deps;
    const session = await findConnectSession(database, sessionId);
    if (session?.userId !== opener.userId) throw new LinkRefused('unknown');
    if (!session.browserSessionHash?.equals(opener.browserSessionHash)) throw new LinkRefused('other_browser');
    const server = await findServer(database, session.serverId);
    const subject = await findSubject(database, session.subjectId);
    const definition = catalogue.get(session.provider);
    if (!server) throw new LinkRefused('server_gone');
    const status = statusOf(session);
    return {
      sessionId: session.id,
      status,
      failure: session.failure ?? undefined,
      serverName: server.name,
      provider: { slug: session.provider, name: definition?.name ?? session.provider },
      returnUrl: returnTo(session.returnUrl, { connect_session: publicId('connectSession', session.id) }),
      expiresAt: session.expiresAt,
      proven: subject?.userId === opener.userId,
      typedCode: status === 'held' ? await this.typedCode(session, opener.userId) : undefined,
      ...(await this.accounts(session)),
    };
  }

  private async typedCode(session: ConnectSessionRow, userId: Uuid): Promise<Secret | undefined> {
    const { typedCodeSealed, provider } = session;
    const registration = await findRegistration(this.deps.database, session.registrationId);
    if (!typedCodeSealed || !registration) return undefined;
    const seal = { sessionId: session.id, organizationId: registration.organizationId, provider };
    return await withKeys(() => this.deps.vault.open(typedCodeSealed, typedCodeContext(seal, userId)));
  }

  private async accounts(
    session: ConnectSessionRow,
  ): Promise<Pick<ResultView, 'account' | 'renewedAccount' | 'beyond'>> {
    const { database } = this.deps;
    const consent = session.consentId ? await findConsentAccount(database, session.consentId) : undefined;
    const renewed = session.renewsConsentId ? await findConsentAccount(database, session.renewsConsentId) : undefined;
    const pending = (session.tokenFacts as TokenFacts | null)?.account?.label;
    return {
      account: consent?.accountLabel ?? pending,
      renewedAccount: renewed?.accountLabel,
      beyond: this.beyond(session, consent?.grantScopes ?? []),
    };
  }

  private beyond({ provider, consentScopes }: ConnectSessionRow, granted: readonly string[]): string[] {
    const definition = this.deps.catalogue.get(provider);
    if (!definition) return [];
    const allowed = impliedClosure(definition, consentScopes ?? []);
    return granted.filter((scope) => !allowed.has(scope)).map((scope) => describeScope(definition, scope).says);
  }
}
