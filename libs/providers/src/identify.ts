import { setTimeout as sleep } from 'node:timers/promises';
import type { EgressResponse } from '#libs/egress';
import type { Secret } from '#libs/kernel';
import { callBody, callHead } from './call.js';
import type { ProviderDefinition } from './definition/schema.js';
import { fromEgress, ProviderError } from './provider-error.js';
import { failureOf } from './reply/classify.js';
import { classOfCode, errorCode, saysFailed } from './reply/error-code.js';
import { plainText, readFields, textAt, type Fields } from './reply/reply.js';
import type { TokenSet } from './reply/token-set.js';
import type { At, CallDeps } from './token-calls.js';

/** Who a connection belongs to at the provider. */
export interface Account {
  /** Stable for the life of the account; never a name that can change hands. */
  readonly key: string;
  /** For people; control characters removed, at most 100 characters. */
  readonly label: string;
  /** An `https:` URL. */
  readonly avatarUrl?: string;
}

export type Life = 'alive' | 'dead' | 'unknown';

type IdentityPaths = ProviderDefinition['identity']['paths'];

/**
 * Asks who the token belongs to, unless the token answer said so already.
 * @param settleDelaysMs waits before each repeat after a 401: a token some milliseconds old may not have reached every
 * machine of the provider yet
 * @throws ProviderError
 */
export async function identifyAccount(
  deps: CallDeps,
  at: At,
  tokens: Pick<TokenSet, 'accessToken' | 'metadata'>,
  settleDelaysMs: readonly number[],
): Promise<Account> {
  const { metadata, paths } = at.definition.identity;
  const known = metadata === undefined ? undefined : accountAt(tokens.metadata, metadata);
  if (known !== undefined) return known;
  let response = await whoAmI(deps, at, tokens.accessToken);
  for (const delay of settleDelaysMs) {
    if (response.status !== 401) break;
    await sleep(delay);
    response = await whoAmI(deps, at, tokens.accessToken);
  }
  const account = isGood(at, response) ? accountAt(readFields(response), paths) : undefined;
  if (account !== undefined) return account;
  const sent = [tokens.accessToken];
  throw failureOf({ definition: at.definition, response, authenticates: 'token', sent, now: deps.clock.now() });
}

/** Asks whether an access token still works. Only the provider's own readable "no" counts as dead. Never throws. */
export async function probeToken(deps: CallDeps, at: At, accessToken: Secret, deadline?: AbortSignal): Promise<Life> {
  const { definition } = at;
  let response: EgressResponse;
  try {
    response = await whoAmI(deps, at, accessToken, deadline);
  } catch (error) {
    if (error instanceof ProviderError) return 'unknown';
    throw error;
  }
  const fields = readFields(response);
  if (fields === undefined) return 'unknown';
  const code = errorCode(definition, fields, [accessToken]);
  if (isGood(at, response)) return 'alive';
  if (response.status < 300) return classOfCode(definition, code) === 'reconnect' ? 'dead' : 'unknown';
  const { deadCodes } = definition.identity;
  const named = deadCodes.length === 0 || (code !== undefined && deadCodes.includes(code));
  return response.status === 401 && named ? 'dead' : 'unknown';
}

async function whoAmI(deps: CallDeps, at: At, accessToken: Secret, signal?: AbortSignal): Promise<EgressResponse> {
  const { definition, registration } = at;
  const { endpoint } = definition.identity;
  const { url, method, headers } = callHead(definition, registration, endpoint, accessToken);
  const body = callBody(registration, endpoint, {});
  try {
    return await deps.egress.request(url, { method, headers, signal, ...(body === undefined ? {} : { body }) });
  } catch (error) {
    throw fromEgress(definition.slug, error);
  }
}

function isGood({ definition }: At, response: EgressResponse): boolean {
  return response.status >= 200 && response.status < 300 && !saysFailed(definition, readFields(response));
}

function accountAt(fields: Fields | undefined, paths: IdentityPaths): Account | undefined {
  const keys = paths.key.map((parts) => parts.map((part) => textAt(fields, [part])));
  const key = keys.find((parts) => parts.every((part) => part !== undefined))?.join(':');
  if (key === undefined) return undefined;
  const label = plainText(textAt(fields, paths.label) ?? '', 100);
  const avatarUrl = textAt(fields, paths.avatarUrl ?? []);
  const shown = avatarUrl !== undefined && avatarUrl.length <= 2000 && /^https:\/\/[^\s"'<>]+$/.test(avatarUrl);
  return { key: plainText(key, 500), label: label === '' ? key : label, ...(shown ? { avatarUrl } : {}) };
}
