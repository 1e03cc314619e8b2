import type { EgressResponse } from '#libs/egress';
import type { Secret } from '#libs/kernel';
import { callBody, callHead } from './call.js';
import type { RevokeEndpoint } from './definition/endpoint.js';
import { probeToken } from './identify.js';
import { fromEgress, ProviderError, type ErrorClass } from './provider-error.js';
import { failureOf } from './reply/classify.js';
import { saysFailed } from './reply/error-code.js';
import { readFields } from './reply/reply.js';
import type { At, CallDeps } from './token-calls.js';

export interface TokensToRevoke {
  readonly accessToken?: Secret | undefined;
  readonly refreshToken?: Secret | undefined;
}

/**
 * `revoked`: the provider confirms that it is dead, or was dead before. `unsupported`: it offers no way, or none for the
 * tokens given. `failed`: repeating does no harm; whether it helps says the class.
 */
export type Revocation =
  | { readonly outcome: 'revoked' }
  | { readonly outcome: 'unsupported' }
  | {
      readonly outcome: 'failed';
      readonly class: ErrorClass;
      readonly code?: string | undefined;
      readonly retryAfterMs?: number | undefined;
    };

export async function revokeTokens(deps: CallDeps, at: At, tokens: TokensToRevoke): Promise<Revocation> {
  const endpoint = at.definition.revocation;
  if (endpoint === undefined) return { outcome: 'unsupported' };
  const targets = chosen(endpoint, tokens);
  if (targets.length === 0) return { outcome: 'unsupported' };
  for (const token of targets) {
    const error = await revokeOne(deps, at, endpoint, token);
    if (error !== undefined) {
      return { outcome: 'failed', class: error.class, code: error.code, retryAfterMs: error.retryAfterMs };
    }
  }
  return { outcome: 'revoked' };
}

function chosen({ token }: RevokeEndpoint, { accessToken, refreshToken }: TokensToRevoke): Secret[] {
  const wanted = {
    access: [accessToken],
    refresh: [refreshToken],
    either: [refreshToken ?? accessToken],
    // The refresh token first: while it lives it could make new access tokens.
    both: [refreshToken, accessToken],
  }[token];
  return wanted.filter((secret) => secret !== undefined);
}

async function revokeOne(
  deps: CallDeps,
  at: At,
  endpoint: RevokeEndpoint,
  token: Secret,
): Promise<ProviderError | undefined> {
  const { definition, registration } = at;
  let response: EgressResponse;
  try {
    const head = callHead(definition, registration, endpoint, endpoint.auth === 'bearer' ? token : undefined);
    const field = endpoint.auth === 'bearer' ? {} : { [endpoint.tokenField]: token.reveal() };
    const body = callBody(registration, endpoint, field);
    const { url, method, headers } = head;
    response = await deps.egress.request(url, { method, headers, ...(body === undefined ? {} : { body }) });
  } catch (error) {
    const failure = fromEgress(definition.slug, error);
    if (failure instanceof ProviderError) return failure;
    throw failure;
  }
  const said = saysFailed(definition, readFields(response));
  if (endpoint.successStatuses.includes(response.status) && !said) return undefined;
  const authenticates = endpoint.auth === 'bearer' ? 'token' : 'client';
  const sent = [token, registration.clientSecret];
  const failure = failureOf({ definition, response, authenticates, sent, now: deps.clock.now() });
  // A token that the provider calls dead is what was wanted.
  if (failure.class === 'reconnect') return undefined;
  return endpoint.goneStatuses.includes(response.status) ? confirmGone(deps, at, token, response.status) : failure;
}

/** Believes "no such token" only when the access token does not work either. */
async function confirmGone(deps: CallDeps, at: At, token: Secret, status: number): Promise<ProviderError | undefined> {
  const life = await probeToken(deps, at, token);
  if (life === 'dead') return undefined;
  const details = { outcome: 'rejected', status } as const;
  return life === 'alive'
    ? new ProviderError(at.definition.slug, { ...details, class: 'operator', code: 'revocation_not_found' })
    : new ProviderError(at.definition.slug, { ...details, class: 'transient' });
}
