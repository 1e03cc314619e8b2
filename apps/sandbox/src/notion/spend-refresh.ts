import { text } from '../world/fields.js';
import { fingerprint } from '../world/random-text.js';
import type { OauthRefusal } from './answers.js';
import type { NotionIntegration } from './integrations.js';
import type { NotionState } from './state.js';
import type { NotionMinted, NotionPair } from './tokens.js';
import { seatName } from './workspaces.js';

/** Spends a refresh token: it dies, a new pair comes, and the old access token lives on unless the switch says otherwise. */
export function spendRefresh(
  state: NotionState,
  integration: NotionIntegration,
  fields: Record<string, unknown>,
): NotionMinted | OauthRefusal {
  const value = text(fields, 'refresh_token') ?? '';
  const pair = state.tokens.byRefresh(value);
  const reason = refusalReason(integration, pair);
  const seen = {
    provider: 'notion',
    event: 'refresh_token_spent',
    client_id: integration.clientId,
    account: pair ? seatName(pair.authorization.seat) : null,
    fingerprint: fingerprint(value),
    generation: pair?.generation ?? null,
  } as const;
  if (reason !== undefined || !pair) {
    state.world.witness.record({ ...seen, outcome: 'refused', reason: reason ?? 'unknown' });
    return { code: 'invalid_grant', message: 'The refresh token is not valid.' };
  }
  pair.refreshDead = 'rotated';
  if (state.switches.refresh_kills_access) pair.accessDead ??= 'rotated';
  const minted = state.tokens.mint(pair.authorization, {
    generation: pair.generation + 1,
    withRefresh: true,
    accessSeconds: state.switches.access_token_seconds,
  });
  state.world.witness.record({
    ...seen,
    outcome: 'accepted',
    issued: { access: minted.pair.access, refresh: minted.pair.refresh },
  });
  return minted;
}

function refusalReason(integration: NotionIntegration, pair: NotionPair | undefined): string | undefined {
  if (!pair) return 'unknown';
  return pair.authorization.integration.clientId === integration.clientId ? pair.refreshDead : 'other_client';
}
