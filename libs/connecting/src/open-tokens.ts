import type { Uuid } from '#libs/kernel';
import { findRegistrationOwner, type ConnectSessionRow } from '#libs/persistence';
import type { ConnectingDeps } from './deps.js';
import { tokensContext } from './seal-contexts.js';
import { joinTokens, type ObtainedTokens, type TokenFacts } from './token-facts.js';
import { withKeys } from './with-keys.js';

/** The tokens that a session keeps since its code was spent; undefined when it keeps none. */
export async function openTokens(
  deps: Pick<ConnectingDeps, 'database' | 'vault'>,
  session: ConnectSessionRow,
  userId: Uuid,
): Promise<{ readonly tokens: ObtainedTokens; readonly facts: TokenFacts } | undefined> {
  const { tokensSealed, registrationId, provider } = session;
  if (!tokensSealed) return undefined;
  const organizationId = await findRegistrationOwner(deps.database, registrationId);
  const seal = { sessionId: session.id, organizationId, provider };
  const pair = await withKeys(() => deps.vault.open(tokensSealed, tokensContext(seal, userId)));
  const facts = session.tokenFacts as TokenFacts;
  return { tokens: joinTokens(pair, facts), facts };
}
