import { Secret } from '#libs/kernel';
import type { TokensToRevoke } from '#libs/providers';

/** Before a refresh token is sent anywhere, whoever holds the text of a pair can revoke it. */
export function writePair(tokens: TokensToRevoke): Secret {
  const { accessToken, refreshToken } = tokens;
  return new Secret(JSON.stringify({ access_token: accessToken?.reveal(), refresh_token: refreshToken?.reveal() }));
}

export function readPair(text: Secret): TokensToRevoke {
  const pair = JSON.parse(text.reveal()) as { access_token?: string; refresh_token?: string };
  return {
    accessToken: pair.access_token === undefined ? undefined : new Secret(pair.access_token),
    refreshToken: pair.refresh_token === undefined ? undefined : new Secret(pair.refresh_token),
  };
}
