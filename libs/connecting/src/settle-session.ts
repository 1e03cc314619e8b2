import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, type Uuid } from '#libs/kernel';
import { askToConfirm, findConnectSession, findConsentAccount, type ConnectSessionRow } from '#libs/persistence';
import { ProviderError, type Account } from '#libs/providers';
import type { ConnectingDeps } from './deps.js';
import { shortWait, unsettledTokensLifetime } from './limits.js';
import { openTokens } from './open-tokens.js';
import { loadSessionProvider, type SessionProvider } from './registration-at-provider.js';
import { BeingSpent, SpendHeldCode } from './spend-held-code.js';
import { StoreConnection } from './store-connection.js';
import { StoreConsent } from './store-consent.js';
import { factsOf, type ObtainedTokens, type TokenFacts } from './token-facts.js';

export type Settled =
  | { readonly kind: 'completed'; readonly consentId: Uuid }
  /** The person signed in with another account than the one to be renewed, and is asked first. */
  | { readonly kind: 'confirming' };

/** How long a call waits for another one that is spending the code of the same session. */
const waitsMs = [50, 100, 200, 400, 800, 1_500, 3_000];

/**
 * The opener is proven to be the subject: spend the code, learn whose account it is, store everything. Each step is
 * durable before the next, so that a call which breaks off can be repeated without spending anything twice.
 */
export class SettleSession {
  private readonly spend: SpendHeldCode;
  private readonly storeConnection: StoreConnection;
  private readonly storeConsent: StoreConsent;

  constructor(private readonly deps: ConnectingDeps) {
    this.spend = new SpendHeldCode(deps);
    this.storeConnection = new StoreConnection(deps);
    this.storeConsent = new StoreConsent(deps);
  }

  /** Calls at the same time have one result. @throws Failure `conflict` (it cannot succeed any more, or another call is at it), `temporarily_unavailable` */
  async execute(sessionId: Uuid): Promise<Settled> {
    for (const delay of waitsMs) {
      try {
        return await this.settle(sessionId);
      } catch (error) {
        if (!(error instanceof BeingSpent)) throw error;
        await sleep(delay);
      }
    }
    return await this.settle(sessionId);
  }

  private async settle(sessionId: Uuid): Promise<Settled> {
    const session = await findConnectSession(this.deps.database, sessionId);
    if (!session?.userId) throw new Failure('not_found', 'there is no such connect session');
    if (session.consentId !== null) return { kind: 'completed', consentId: session.consentId };
    if (session.status === 'confirming') return { kind: 'confirming' };
    if (session.usesGrantId !== null) return await this.storeConsent.execute(session);
    const provider = await loadSessionProvider(this.deps, session);
    const tokens = await this.tokensOf(session, provider, session.userId);
    const account = await this.identify(provider, tokens);
    if (await isOtherAccount(this.deps, session, account)) return await this.ask(session, tokens, account);
    return await this.storeConnection.execute(session, { provider, tokens, account });
  }

  private async tokensOf(session: ConnectSessionRow, provider: SessionProvider, userId: Uuid): Promise<ObtainedTokens> {
    const kept = await openTokens(this.deps, session, userId);
    return kept?.tokens ?? (await this.spend.execute(session, provider, userId));
  }

  private async identify({ definition, at }: SessionProvider, tokens: ObtainedTokens): Promise<Account> {
    try {
      return await this.deps.providers.identify(definition, at, tokens);
    } catch (cause) {
      if (!(cause instanceof ProviderError)) throw cause;
      // The tokens are kept: the same call again goes on from here.
      const details = { retry_after: shortWait };
      throw new Failure('temporarily_unavailable', 'the provider does not say whose account it is', details, { cause });
    }
  }

  private async ask(session: ConnectSessionRow, tokens: ObtainedTokens, account: Account): Promise<Settled> {
    const facts: TokenFacts = { ...factsOf(tokens), account };
    const asked = await askToConfirm(this.deps.database, session.id, facts, unsettledTokensLifetime);
    if (!asked) throw new Failure('conflict', 'this connect session is being completed by another call');
    return { kind: 'confirming' };
  }
}

/** Only where one certain account was to be renewed; anything else is a choice that the person just made. */
async function isOtherAccount(
  { database }: ConnectingDeps,
  { renewsConsentId }: ConnectSessionRow,
  account: Account,
): Promise<boolean> {
  if (renewsConsentId === null) return false;
  const renewed = await findConsentAccount(database, renewsConsentId);
  return renewed !== undefined && renewed.accountKey !== account.key;
}
