import { appendAudit } from '#libs/audit';
import { opaqueToken, sha256 } from '#libs/crypto';
import { Failure, newId, Secret, type Uuid } from '#libs/kernel';
import {
  findReusableSession,
  findServingRegistration,
  insertConnectSession,
  lockSubject,
  type ConnectStatus,
  type NewConnectSession,
  type RegistrationRow,
  type Sql,
  type SubjectRow,
} from '#libs/persistence';
import { checkAskable } from './check-askable.js';
import { checkRenewed } from './check-renewed.js';
import { chooseReturnUrl } from './choose-return-url.js';
import type { ConnectRequest } from './connect-request.js';
import type { ConnectingDeps } from './deps.js';
import { leastLinkLife, linkLifetime } from './limits.js';
import { providerFactsOf, type ProviderFactsOf } from './provider-facts.js';
import { linkContext } from './seal-contexts.js';
import { withKeys } from './with-keys.js';

export interface OpenedSession {
  readonly id: Uuid;
  /** Where to send the person. Single use, of no use without signing in, and without a word about anybody. */
  readonly connectUrl: Secret;
  readonly expiresAt: Date;
  readonly status: ConnectStatus;
}

type Deps = Pick<ConnectingDeps, 'database' | 'vault' | 'catalogue' | 'clock' | 'random' | 'connectionsUrl'>;

/** Makes the link by which one person may connect one account for one server. */
export class OpenConnectSession {
  private readonly factsOf: ProviderFactsOf;

  constructor(private readonly deps: Deps) {
    this.factsOf = providerFactsOf(deps.catalogue);
  }

  /**
   * @throws Failure `invalid_request` (a field breaks a rule), `invalid_target` (provider not offered), `access_denied`
   * (a cap, or the person's own "no"; audited), `not_found` (the consent to renew), `temporarily_unavailable` (no key)
   */
  async execute(request: ConnectRequest): Promise<OpenedSession> {
    try {
      await this.warmKeys(request);
      return await this.deps.database.transaction((tx) => this.open(tx, request));
    } catch (error) {
      if (error instanceof Failure && error.code === 'access_denied') await this.recordDenial(request, error);
      throw error;
    }
  }

  /** Loading a key takes a connection of its own; inside the transaction, many at once could wait for each other. */
  private async warmKeys({ server, provider }: ConnectRequest): Promise<void> {
    const registration = await findServingRegistration(this.deps.database, server, provider, undefined);
    if (registration) await withKeys(() => this.deps.vault.prepare(registration.organizationId));
  }

  private async open(tx: Sql, request: ConnectRequest): Promise<OpenedSession> {
    // The lock makes two calls for the same need share one link; it also keeps a refusal and a new link apart.
    const subject = await lockSubject(tx, this.id(), request.server.id, request.subject);
    const returnUrl = await chooseReturnUrl(tx, request);
    await checkRenewed(tx, request, subject);
    const { registration, scopes } = await checkAskable(tx, this.factsOf, request, subject);
    const need = {
      serverId: request.server.id,
      subjectId: subject.id,
      provider: request.provider,
      registrationId: registration.id,
      kind: request.kind,
      scopes,
      renewsConsentId: request.renewsConsentId,
    };
    const reusable = request.origin === 'interaction' ? await this.reuse(tx, need, registration) : undefined;
    return reusable ?? (await this.insert(tx, { ...need, returnUrl }, request, { registration, subject }));
  }

  /** The same need asked again gives the same link, so that a server that polls does not litter. */
  private async reuse(
    tx: Sql,
    need: Omit<Parameters<typeof findReusableSession>[1], 'leastSecondsLeft'>,
    registration: RegistrationRow,
  ): Promise<OpenedSession | undefined> {
    const found = await findReusableSession(tx, { ...need, leastSecondsLeft: leastLinkLife });
    if (!found) return undefined;
    const { organizationId } = registration;
    const seal = { sessionId: found.id, organizationId, provider: found.provider };
    const link = await withKeys(() => this.deps.vault.open(found.linkSealed, linkContext(seal)));
    return { id: found.id, connectUrl: this.url(link), expiresAt: found.expiresAt, status: found.status };
  }

  private async insert(
    tx: Sql,
    need: Omit<NewConnectSession, 'id' | 'origin' | 'binding' | 'linkHash' | 'linkSealed' | 'lifetimeSeconds'>,
    request: ConnectRequest,
    known: { registration: RegistrationRow; subject: SubjectRow },
  ): Promise<OpenedSession> {
    const id = this.id();
    const link = opaqueToken(this.deps.random);
    const { organizationId } = known.registration;
    const seal = linkContext({ sessionId: id, organizationId, provider: request.provider });
    const expiresAt = await insertConnectSession(tx, {
      ...need,
      id,
      origin: request.origin,
      binding: request.binding,
      linkHash: sha256(link.reveal()),
      linkSealed: await withKeys(() => this.deps.vault.seal(link, seal)),
      lifetimeSeconds: linkLifetime,
    });
    await appendAudit(tx, {
      ...this.facts(request),
      outcome: 'allowed',
      subjectId: known.subject.id,
      userId: known.subject.userId ?? undefined,
      registrationId: known.registration.id,
      connectSessionId: id,
      scopesRequested: need.scopes,
    });
    return { id, connectUrl: this.url(link), expiresAt, status: 'open' };
  }

  private async recordDenial(request: ConnectRequest, { details }: Failure): Promise<void> {
    await appendAudit(this.deps.database, {
      ...this.facts(request),
      outcome: 'denied',
      deniedBy: details.denied_by,
      scopesRequested: request.scopes,
      missingScopes: details.missing_scopes,
    });
  }

  private facts(request: ConnectRequest) {
    return {
      id: this.id(),
      kind: 'connect.session_opened',
      actor: 'server',
      organizationId: request.server.organizationId,
      serverId: request.server.id,
      keyId: request.keyId,
      provider: request.provider,
      details: { kind: request.kind, origin: request.origin, bound: request.binding !== undefined },
      requestId: request.requestId,
    } as const;
  }

  private url(link: Secret): Secret {
    return new Secret(`${this.deps.connectionsUrl}/connect/${link.reveal()}`);
  }

  private id(): Uuid {
    return newId(this.deps.clock, this.deps.random);
  }
}
