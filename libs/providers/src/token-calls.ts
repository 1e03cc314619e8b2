import type { Egress, EgressResponse, OpenRequest } from '#libs/egress';
import type { Clock, Secret } from '#libs/kernel';
import { callBody, callHead } from './call.js';
import type { TokenEndpoint } from './definition/endpoint.js';
import type { ProviderDefinition } from './definition/schema.js';
import { fromEgress, ProviderError } from './provider-error.js';
import type { RegistrationAtProvider } from './registration.js';
import { failureOf } from './reply/classify.js';
import { saysFailed } from './reply/error-code.js';
import { readFields } from './reply/reply.js';
import { readTokenSet, type TokenSet } from './reply/token-set.js';
import { fixedScopes } from './scopes.js';

export interface CallDeps {
  readonly egress: Egress;
  readonly clock: Clock;
}

/** A definition with the registration under which it is used. */
export interface At {
  readonly definition: ProviderDefinition;
  readonly registration: RegistrationAtProvider;
}

export interface SendTokenOptions {
  /** Ends the call; once bytes may have left the outcome is `unknown`. */
  readonly deadline?: AbortSignal | undefined;
  /** Called when nothing has left yet and the next thing is the write. What it throws stops the call and is passed on. */
  readonly beforeSend?: (() => void) | undefined;
}

/** Opens the connection to a token endpoint. @throws ProviderError outcome `not_sent` */
export async function openTokenCall(deps: CallDeps, at: At, endpoint: TokenEndpoint): Promise<OpenRequest> {
  const { url, method, headers } = callHead(at.definition, at.registration, endpoint);
  try {
    return await deps.egress.open(url, { method, headers });
  } catch (error) {
    throw fromEgress(at.definition.slug, error);
  }
}

export interface TokenCall {
  readonly endpoint: TokenEndpoint;
  readonly open: OpenRequest;
  readonly params: Readonly<Record<string, string>>;
  /** Secrets in `params`, which must not come back as an error code. */
  readonly sent: readonly Secret[];
  readonly scopesIfUnsaid: readonly string[];
}

/** Sends the one request and reads the tokens. @throws ProviderError */
export async function sendTokenCall(
  deps: CallDeps,
  at: At,
  call: TokenCall,
  options: SendTokenOptions,
): Promise<TokenSet> {
  const { definition, registration } = at;
  const publicId = call.endpoint.auth === 'none' ? { client_id: registration.clientId } : {};
  const body = callBody(registration, call.endpoint, { ...call.params, ...publicId });
  let response: EgressResponse;
  try {
    response = await call.open.send(body, { signal: options.deadline, beforeSend: options.beforeSend });
  } catch (error) {
    throw fromEgress(definition.slug, error);
  }
  const fields = readFields(response);
  const scopesIfUnsaid = fixedScopes(definition, registration.params) ?? call.scopesIfUnsaid;
  const good = response.status >= 200 && response.status < 300 && !refused(definition, fields);
  const tokens = good ? readTokenSet(fields, { definition, sentAt: response.sentAt, scopesIfUnsaid }) : undefined;
  if (tokens !== undefined) return tokens;
  const sent = [...call.sent, registration.clientSecret];
  throw failureOf({ definition, response, authenticates: 'client', sent, now: deps.clock.now() });
}

/** An access token beside an error code still counts; only a plain "ok: false" overrules it. */
function refused(definition: ProviderDefinition, fields: ReturnType<typeof readFields>): boolean {
  return definition.errors.okPath !== undefined && saysFailed(definition, fields);
}

/** The refresh endpoint of a definition. @throws ProviderError class `operator` when it has none */
export function refreshEndpoint({ slug, refresh, token }: ProviderDefinition): TokenEndpoint {
  if (refresh === undefined) {
    throw new ProviderError(slug, { class: 'operator', outcome: 'not_sent', code: 'refresh_unsupported' });
  }
  return refresh.endpoint ?? token;
}
