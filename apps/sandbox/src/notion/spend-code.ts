import { text } from '../world/fields.js';
import { fingerprint } from '../world/random-text.js';
import type { OauthRefusal } from './answers.js';
import type { NotionIntegration } from './integrations.js';
import type { NotionCode, NotionState } from './state.js';
import type { NotionMinted } from './tokens.js';
import { seatName } from './workspaces.js';

type Refused = OauthRefusal & { readonly reason: string };

/** Spends an authorization code. Only now are the picked pages shared, and the older refresh token of the same person dies. */
export function spendCode(
  state: NotionState,
  integration: NotionIntegration,
  fields: Record<string, unknown>,
): NotionMinted | OauthRefusal {
  const value = text(fields, 'code') ?? '';
  const code = state.findCode(value);
  const refused = refusal(state, integration, code, fields);
  const seen = {
    provider: 'notion',
    event: 'code_spent',
    client_id: integration.clientId,
    account: code ? seatName(code.seat) : null,
    fingerprint: fingerprint(value),
  } as const;
  if (refused || !code) {
    state.world.witness.record({ ...seen, outcome: 'refused', reason: refused?.reason ?? 'unknown', generation: null });
    return refused ?? badGrant('unknown');
  }
  code.spent = true;
  const authorization = state.authorize(code);
  if (state.switches.reauthorization_kills_refresh) {
    for (const older of state.tokens.living(authorization)) older.refreshDead ??= 'superseded';
  }
  const { refresh_token_null, access_token_seconds } = state.switches;
  const minted = state.tokens.mint(authorization, {
    generation: 1,
    withRefresh: !refresh_token_null,
    accessSeconds: access_token_seconds,
  });
  state.world.witness.record({
    ...seen,
    outcome: 'accepted',
    generation: 1,
    issued: { access: minted.pair.access, refresh: minted.pair.refresh },
  });
  return minted;
}

function refusal(
  state: NotionState,
  integration: NotionIntegration,
  code: NotionCode | undefined,
  fields: Record<string, unknown>,
): Refused | undefined {
  if (!code) return badGrant('unknown');
  if (code.integration.clientId !== integration.clientId) return badGrant('other_client');
  if (code.spent) return badGrant('already_spent');
  if (code.expiresAt <= state.world.clock.now()) return badGrant('expired');
  return redirectRefusal(code, text(fields, 'redirect_uri'));
}

/** Required when the authorization named one or several are registered; not allowed when neither is so. */
function redirectRefusal(code: NotionCode, sent: string | undefined): Refused | undefined {
  const reason = 'redirect_uri_mismatch';
  const needed = code.redirectUri !== undefined || code.integration.redirectUris.length > 1;
  if (needed && sent === undefined)
    return { code: 'invalid_request', message: 'redirect_uri is required here.', reason };
  if (!needed && sent !== undefined)
    return { code: 'invalid_request', message: 'redirect_uri is not allowed here.', reason };
  return sent === code.redirectUri ? undefined : badGrant(reason);
}

function badGrant(reason: string): Refused {
  return { code: 'invalid_grant', message: 'The code or its redirect_uri is not valid.', reason };
}
