import { createHash } from 'node:crypto';
import { text } from '../world/fields.js';
import type { GithubApp } from './apps.js';
import type { Code } from './codes.js';
import { witnessAccepted, witnessRefused } from './spent.js';
import type { GithubState } from './state.js';
import { wrongCredentials, type TokenRefusal } from './token-answer.js';
import type { Minted } from './tokens.js';

const tokensPerUserAppAndScopes = 10;

type Fields = Record<string, unknown>;
type Refused = TokenRefusal & { readonly reason: string };

/** Spends an authorization code: a token pair, or why not. Every try is witnessed. */
export function spendCode(state: GithubState, app: GithubApp | undefined, fields: Fields): Minted | TokenRefusal {
  const value = text(fields, 'code') ?? '';
  const code = state.codes.find(value);
  const clientId = text(fields, 'client_id');
  const sent = { event: 'code_spent', value, clientId, account: code?.account } as const;
  const checked = check(state, app, code, fields);
  if ('error' in checked) {
    witnessRefused(state, { ...sent, generation: null }, checked.reason);
    return checked;
  }
  checked.spent = true;
  const { account, scopes, expiring } = checked;
  const minted = state.tokens.mint({ app: checked.app, account, scopes, expiring, generation: 1 });
  witnessAccepted(state, { ...sent, generation: 1 }, minted.pair);
  evictOldest(state, minted);
  return minted;
}

function check(state: GithubState, app: GithubApp | undefined, code: Code | undefined, fields: Fields): Code | Refused {
  if (!app) return { ...wrongCredentials, reason: 'bad_client_credentials' };
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
    const description = 'The code_verifier does not match.';
    return { error: state.switches.pkce_failure, description, reason: 'pkce_mismatch' };
  }
  return code;
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
