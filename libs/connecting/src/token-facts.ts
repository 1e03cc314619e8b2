import { Secret } from '#libs/kernel';
import type { Account, TokenSet } from '#libs/providers';

/** What is kept of a spent code beside the sealed tokens, in the form in which the database holds it. */
export interface TokenFacts {
  readonly scopes: readonly string[];
  readonly scopesInferred: boolean;
  /** RFC 3339. */
  readonly obtainedAt: string;
  readonly accessExpiresAt?: string;
  readonly refreshExpiresAt?: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Known once the provider said whose tokens these are. */
  readonly account?: Account;
}

/** Tokens that a code brought, with the moment at which they were obtained. */
export interface ObtainedTokens extends TokenSet {
  readonly obtainedAt: Date;
}

export function factsOf(tokens: ObtainedTokens): TokenFacts {
  return {
    scopes: tokens.scopes,
    scopesInferred: tokens.scopesInferred,
    obtainedAt: tokens.obtainedAt.toISOString(),
    ...(tokens.accessExpiresAt ? { accessExpiresAt: tokens.accessExpiresAt.toISOString() } : {}),
    ...(tokens.refreshExpiresAt ? { refreshExpiresAt: tokens.refreshExpiresAt.toISOString() } : {}),
    metadata: tokens.metadata,
  };
}

/** The pair as one text, to be sealed. */
export function pairText({ accessToken, refreshToken }: TokenSet): Secret {
  return new Secret(JSON.stringify([accessToken.reveal(), refreshToken?.reveal() ?? null]));
}

export function joinTokens(pair: Secret, facts: TokenFacts): ObtainedTokens {
  const [access, refresh] = JSON.parse(pair.reveal()) as [string, string | null];
  const { scopes, scopesInferred, metadata } = facts;
  return {
    accessToken: new Secret(access),
    ...(refresh === null ? {} : { refreshToken: new Secret(refresh) }),
    scopes,
    scopesInferred,
    metadata,
    obtainedAt: new Date(facts.obtainedAt),
    ...(facts.accessExpiresAt ? { accessExpiresAt: new Date(facts.accessExpiresAt) } : {}),
    ...(facts.refreshExpiresAt ? { refreshExpiresAt: new Date(facts.refreshExpiresAt) } : {}),
  };
}
