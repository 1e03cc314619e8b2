import { createHash } from 'node:crypto';
import { fingerprint } from '../world/random-text.js';
import { text } from '../world/fields.js';
import type { GithubApp } from './apps.js';
import type { Code } from './codes.js';
import type { GithubState } from './state.js';
import type { TokenRefusal } from './token-answer.js';
import type { Minted } from './tokens.js';

const tokensPerUserAppAndScopes = 10;

type Refused = TokenRefusal & { readonly reason: string };

/** Spends an authorization code: a token pair, or why not. Every try is witnessed. */
export function spendCode(
  state: GithubState,
  app: GithubApp | undefined,
  fields: Record<string, unknown>,
): Minted | TokenRefusal {
  const value = text(fields, 'code') ?? '';
  const code = state.codes.find(value);
  const refused = refusal(state, app, code, fields);
  const seen = {
    provider: 'github',
    event: 'code_spent',
    client_id: app?.clientId ?? text(fields, 'client_id') ?? null,
    account: code?.account.login ?? null,
    fingerprint: fingerprint(value),
  } as const;
  if (refused || !code) {
    state.world.witness.record({ ...seen, outcome: 'refused', reason: refused?.reason ?? 'unknown', generation: null });
    return refused ?? badCode('unknown');
  }
  code.spent = true;
  const minted = state.tokens.mint({
    app: code.app,
    account: code.account,
    scopes: code.scopes,
    expiring: code.expiring,
    generation: 1,
  });
  const issued = { access: minted.pair.access, refresh: minted.pair.refresh ?? null };
  state.world.witness.record({ ...seen, outcome: 'accepted', generation: 1, issued });
  evictOldest(state, minted);
  return minted;
}

function refusal(
  state: GithubState,
  app: GithubApp | undefined,
  code: Code | undefined,
  fields: Record<string, unknown>,
): Refused | undefined {
  if (!app)
    return {
      error: 'incorrect_client_credentials',
      description: 'The client_id or client_secret is wrong.',
      reason: 'bad_client_credentials',
    };
  if (!code) return badCode('unknown');
  if (code.app.clientId !== app.clientId) return badCode('other_client');
  if (code.spent) return badCode('already_spent');
  if (state.codes.expired(code)) return badCode('expired');
  const redirectUri = text(fields, 'redirect_uri');
  if (redirectUri !== undefined && redirectUri !== code.redirectUri) {
    const description = 'The redirect_uri differs from the one that the code was sent to.';
    return { error: 'redirect_uri_mismatch', description, reason: 'redirect_uri_mismatch' };
  }
  if (code.challenge !== undefined && !provesChallenge(text(fields, 'code_verifier'), code.challenge)) {
    // A code whose challenge was missed once is not to be guessed at again.
    code.spent = true;
    return {
      error: state.switches.pkce_failure,
      description: 'The code_verifier does not match.',
      reason: 'pkce_mismatch',
    };
  }
  return undefined;
}

function badCode(reason: string): Refused {
  return { error: 'bad_verification_code', description: 'The code is wrong, was used before, or is too old.', reason };
}

/** S256 of RFC 7636 section 4.6. */
function provesChallenge(verifier: string | undefined, challenge: string): boolean {
  return verifier !== undefined && createHash('sha256').update(verifier).digest('base64url') === challenge;
}

/** The eleventh token of one person, app and set of scopes ends the oldest. */
function evictOldest(state: GithubState, { pair: newest }: Minted): void {
  const set = (scopes: readonly string[]): string => [...scopes].sort().join(' ');
  const alike = state.tokens
    .living(newest.app, newest.account)
    .filter((pair) => pair.repositoryIds === undefined && set(pair.scopes) === set(newest.scopes));
  for (const pair of alike.slice(0, Math.max(0, alike.length - tokensPerUserAppAndScopes))) {
    state.tokens.kill(pair, 'evicted');
    state.world.witness.record({
      provider: 'github',
      event: 'token_evicted',
      outcome: 'accepted',
      reason: 'eleventh_token',
      client_id: pair.app.clientId,
      account: pair.account.login,
      fingerprint: pair.access,
      generation: pair.generation,
    });
  }
}
