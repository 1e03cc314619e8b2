import type { EgressResponse } from '#libs/egress';
import type { Secret } from '#libs/kernel';
import type { ProviderDefinition } from '../definition/schema.js';
import { ProviderError, type ProviderErrorDetails } from '../provider-error.js';
import { classOfCode, errorCode, isFault } from './error-code.js';
import { readFields } from './reply.js';
import { resetAfterMs, retryAfterMs } from './retry-after.js';

export interface FailedCall {
  readonly definition: ProviderDefinition;
  readonly response: EgressResponse;
  /** Whose word is doubted by a bare 401: `client` of the app's credentials, `token` of the user's token. */
  readonly authenticates: 'client' | 'token';
  /** What was sent and must not come back as an error code. */
  readonly sent: readonly Secret[];
  readonly now: Date;
}

type Verdict = Pick<ProviderErrorDetails, 'class' | 'outcome'>;

const later: Verdict = { class: 'transient', outcome: 'rejected' };
const nobodyKnows: Verdict = { class: 'transient', outcome: 'unknown' };

/** Makes an error out of an answer that is not the one hoped for; by status and code, never by the text of a description. */
export function failureOf(call: FailedCall): ProviderError {
  const { definition, response, now } = call;
  const fields = readFields(response);
  const code = errorCode(definition, fields, call.sent);
  const limited = rateLimit(call);
  return new ProviderError(definition.slug, {
    ...(limited === undefined ? verdict(call, code, fields !== undefined) : later),
    code,
    status: response.status,
    retryAfterMs: retryAfterMs(response, now) ?? limited?.resetMs,
  });
}

function verdict(call: FailedCall, code: string | undefined, readable: boolean): Verdict {
  const { status } = call.response;
  const listed = classOfCode(call.definition, code);
  if (isFault(code)) return nobodyKnows;
  if (isSuccess(status)) {
    // Only where failures are known to come with a good status does such a body prove that nothing happened.
    const refused = call.definition.errors.at200 && code !== undefined;
    return refused ? { class: listed ?? 'transient', outcome: 'rejected' } : nobodyKnows;
  }
  if (!isRefusal(status) || !readable) return nobodyKnows;
  if (listed !== undefined) return { class: listed, outcome: 'rejected' };
  if (status === 401) return { class: call.authenticates === 'client' ? 'operator' : 'reconnect', outcome: 'rejected' };
  return later;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** After a redirect, a 5xx or a time-out of theirs nobody can say whether the one who acts has acted. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408;
}

/** A refusal for the number of calls, which says nothing about the token or the app. */
function rateLimit({ definition, response, now }: FailedCall): { resetMs: number | undefined } | undefined {
  const rules = definition.errors.rateLimit;
  const resetMs = rules === undefined ? undefined : resetAfterMs(response, rules.reset, now);
  if (response.status === 429) return { resetMs };
  if (response.status !== 403) return undefined;
  const exhausted = rules !== undefined && response.headers[rules.remaining.toLowerCase()] === '0';
  return exhausted || response.headers['retry-after'] !== undefined ? { resetMs } : undefined;
}
