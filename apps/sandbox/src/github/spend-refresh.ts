import { text } from '../world/fields.js';
import type { GithubApp } from './apps.js';
import { witnessAccepted, witnessRefused } from './spent.js';
import type { GithubState } from './state.js';
import { wrongCredentials, type TokenRefusal } from './token-answer.js';
import type { Minted, TokenPair } from './tokens.js';

type Fields = Record<string, unknown>;

const badToken = { error: 'bad_refresh_token', description: 'The refresh token is wrong, was used, or is too old.' };

/** Spends a refresh token. Hard rotation: it and the access token it came with die at once, and scopes stay as they were. */
export function spendRefresh(state: GithubState, app: GithubApp | undefined, fields: Fields): Minted | TokenRefusal {
  const value = text(fields, 'refresh_token') ?? '';
  const pair = state.tokens.byRefresh(value);
  const clientId = text(fields, 'client_id');
  const sent = { event: 'refresh_token_spent', value, clientId, account: pair?.account } as const;
  const checked = check(state, app, pair);
  if (typeof checked === 'string') {
    witnessRefused(state, { ...sent, generation: pair?.generation ?? null }, checked);
    return app ? badToken : wrongCredentials;
  }
  state.tokens.kill(checked, 'rotated');
  const { account, scopes, generation } = checked;
  const next = { app: checked.app, account, scopes, expiring: true, generation: generation + 1 };
  const minted = state.tokens.mint(next, state.switches.replica_lag_ms);
  witnessAccepted(state, { ...sent, generation }, minted.pair);
  return minted;
}

/** The pair that may be refreshed, or why not. */
function check(state: GithubState, app: GithubApp | undefined, pair: TokenPair | undefined): TokenPair | string {
  if (!app) return 'bad_client_credentials';
  if (!pair) return 'unknown';
  if (pair.app.clientId !== app.clientId) return 'other_client';
  return state.tokens.refreshRefusal(pair) ?? pair;
}
