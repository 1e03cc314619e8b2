import { appendAudit } from '#libs/audit';
import { Failure, type Secret, type Uuid } from '#libs/kernel';
import { claimSpending, endSession, keepTokens, releaseSpending, type ConnectSessionRow } from '#libs/persistence';
import { authorizationScopes, ProviderError, type TokenSet } from '#libs/providers';
import type { ConnectingDeps } from './deps.js';
import { DiscardTokens } from './discard-tokens.js';
import { shortWait, unsettledTokensLifetime } from './limits.js';
import { persistently } from './persistently.js';
import type { SessionProvider } from './registration-at-provider.js';
import { codeContext, tokensContext, verifierContext } from './seal-contexts.js';
import { sessionFacts } from './session-facts.js';
import { factsOf, pairText, type ObtainedTokens } from './token-facts.js';
import { withKeys } from './with-keys.js';

type Deps = Pick<ConnectingDeps, 'database' | 'vault' | 'fingerprinter' | 'providers' | 'clock' | 'random' | 'logger'>;

/** Another call is sending the code of this session right now. */
export class BeingSpent extends Failure {
  constructor() {
    super('conflict', 'this connect session is being completed by another call', { retry_after: shortWait });
  }
}

interface HeldSecrets {
  readonly code: Secret;
  readonly verifier: Secret | undefined;
}

/** Turns a held code into tokens, once. Call it only when the opener is proven to be the subject. */
export class SpendHeldCode {
  private readonly discard: DiscardTokens;

  constructor(private readonly deps: Deps) {
    this.discard = new DiscardTokens(deps);
  }

  /**
   * The tokens, which are stored with the session before anything else is done with them.
   * @throws Failure `conflict` when somebody else is spending it or it cannot be spent any more, `temporarily_unavailable`
   */
  async execute(session: ConnectSessionRow, provider: SessionProvider, userId: Uuid): Promise<ObtainedTokens> {
    if (session.spendingOverdue) throw await this.lost(session, 'outcome_unknown', {});
    // Everything that may be missing here is fetched before the code leaves: a spent code cannot be spent again.
    const seal = {
      sessionId: session.id,
      organizationId: provider.registration.organizationId,
      provider: session.provider,
    };
    const secrets = await this.open(session, seal, userId);
    const shred = await withKeys(() => this.prepareKeys(userId, seal.organizationId));
    if (!(await claimSpending(this.deps.database, session.id))) throw new BeingSpent();
    const obtainedAt = this.deps.clock.now();
    const tokens = { ...(await this.send(session, provider, secrets)), obtainedAt };
    const sealed = this.deps.vault.sealNow(pairText(tokens), tokensContext(seal, userId), shred);
    const kept = await persistently(this.deps.logger, () =>
      keepTokens(this.deps.database, session.id, {
        sealed,
        facts: factsOf(tokens),
        lifetimeSeconds: unsettledTokensLifetime,
      }),
    );
    if (kept) return tokens;
    const discard = await this.discard.prepare(session, userId, tokens, undefined);
    await persistently(this.deps.logger, () => this.deps.database.transaction(discard));
    throw new Failure('conflict', 'this connect session ended while it was being completed');
  }

  private async prepareKeys(userId: Uuid, organizationId: Uuid): Promise<Buffer> {
    const shred = await this.deps.vault.prepareUser(userId, organizationId);
    await this.deps.vault.prepare(organizationId);
    return shred;
  }

  private async open(
    session: ConnectSessionRow,
    seal: Parameters<typeof codeContext>[0],
    userId: Uuid,
  ): Promise<HeldSecrets> {
    const { codeSealed, verifierSealed } = session;
    if (!codeSealed) throw new Failure('conflict', 'this connect session holds no code any more');
    return await withKeys(async () => ({
      code: await this.deps.vault.open(codeSealed, codeContext(seal, userId)),
      verifier: verifierSealed ? await this.deps.vault.open(verifierSealed, verifierContext(seal, userId)) : undefined,
    }));
  }

  private async send(session: ConnectSessionRow, provider: SessionProvider, secrets: HeldSecrets): Promise<TokenSet> {
    const { definition, at } = provider;
    try {
      return await this.deps.providers.spendCode(definition, at, {
        code: secrets.code,
        codeVerifier: definition.authorize.pkce === 'off' ? undefined : secrets.verifier,
        requestedScopes: authorizationScopes(definition, session.scopes),
      });
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      throw await this.failed(session, error);
    }
  }

  /** A code that certainly was not taken may be tried again; any other is lost with its session, and nothing is stored. */
  private async failed(session: ConnectSessionRow, error: ProviderError): Promise<Failure> {
    const { database } = this.deps;
    const again = error.outcome === 'not_sent' || (error.outcome === 'rejected' && error.class === 'transient');
    if (again) {
      await releaseSpending(database, session.id);
      const retry_after = Math.max(shortWait, Math.ceil((error.retryAfterMs ?? 0) / 1000));
      return new Failure('temporarily_unavailable', 'the provider cannot be reached', { retry_after });
    }
    const failure = error.outcome === 'unknown' ? 'outcome_unknown' : `code_refused_${error.class}`;
    return await this.lost(session, failure, { code: error.code, status: error.status });
  }

  private async lost(session: ConnectSessionRow, failure: string, details: object): Promise<Failure> {
    await this.deps.database.transaction(async (tx) => {
      if (!(await endSession(tx, session, { status: 'failed', failure }))) return;
      await appendAudit(tx, {
        ...sessionFacts(this.deps, session),
        kind: 'connect.failed',
        outcome: 'failed',
        reason: failure,
        actor: 'provider',
        details: { ...details },
      });
    });
    return new Failure('conflict', 'the provider did not accept the authorization: open a new connect session');
  }
}
