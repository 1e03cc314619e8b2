import { fingerprint } from '../world/random-text.js';
import { text } from '../world/fields.js';
import type { GithubApp } from './apps.js';
import type { GithubState } from './state.js';
import type { TokenRefusal } from './token-answer.js';
import type { Minted, TokenPair } from './tokens.js';

/** Spends a refresh token. Hard rotation: it and the access token it came with die at once, and scopes stay as they were. */
export function spendRefresh(
  state: GithubState,
  app: GithubApp | undefined,
  fields: Record<string, unknown>,
): Minted | TokenRefusal {
  const value = text(fields, 'refresh_token') ?? '';
  const pair = state.tokens.byRefresh(value);
  const reason = refusalReason(state, app, pair);
  const seen = {
    provider: 'github',
    event: 'refresh_token_spent',
    client_id: app?.clientId ?? text(fields, 'client_id') ?? null,
    account: pair?.account.login ?? null,
    fingerprint: fingerprint(value),
    generation: pair?.generation ?? null,
  } as const;
  if (reason !== undefined || !pair) {
    state.world.witness.record({ ...seen, outcome: 'refused', reason: reason ?? 'unknown' });
    return reason === 'bad_client_credentials'
      ? { error: 'incorrect_client_credentials', description: 'The client_id or client_secret is wrong.' }
      : { error: 'bad_refresh_token', description: 'The refresh token is wrong, was used before, or is too old.' };
  }
  state.tokens.kill(pair, 'rotated');
  const { account, scopes, generation } = pair;
  const minted = state.tokens.mint(
    { app: pair.app, account, scopes, expiring: true, generation: generation + 1 },
    state.switches.replica_lag_ms,
  );
  const issued = { access: minted.pair.access, refresh: minted.pair.refresh ?? null };
  state.world.witness.record({ ...seen, outcome: 'accepted', issued });
  return minted;
}

function refusalReason(
  state: GithubState,
  app: GithubApp | undefined,
  pair: TokenPair | undefined,
): string | undefined {
  if (!app) return 'bad_client_credentials';
  if (!pair) return 'unknown';
  if (pair.app.clientId !== app.clientId) return 'other_client';
  return state.tokens.refreshRefusal(pair);
}
