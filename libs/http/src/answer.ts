import { HttpException } from '@nestjs/common';
import { Failure, type FailureCode, type FailureDetails } from '#libs/kernel';
import { catalogue } from './catalogue.js';
import { EdgeRefusal, refusalOf } from './edge-refusal.js';

/** The one shape of every error, as it goes over the wire. */
export interface ErrorBody extends FailureDetails {
  readonly error: FailureCode;
  readonly error_description: string;
  readonly error_uri: string;
  readonly request_id: string;
}

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorBody;
  /** Nobody meant this to happen, so it has to be logged with its cause. */
  readonly unexpected: boolean;
}

export interface AnswerContext {
  readonly requestId: string;
  /** Where the error pages are: an origin without a slash at its end. */
  readonly exchangeUrl: string;
}

/** Turns whatever was thrown into an answer. What is not known to be meant for a caller becomes a bare `server_error`. */
export function answerFor(error: unknown, { requestId, exchangeUrl }: AnswerContext): ErrorAnswer {
  const failure = failureOf(error);
  const { code } = failure;
  const entry = catalogue[code];
  const status = failure instanceof EdgeRefusal ? failure.status : entry.status;
  const fault = status >= 500;
  const wait = failure.details.retry_after ?? entry.retryAfter;
  const body: ErrorBody = {
    error: code,
    // The answer to a fault of ours says nothing that the table does not.
    error_description: fault ? entry.meaning : failure.description,
    error_uri: `${exchangeUrl}/errors/${code}`,
    request_id: requestId,
    ...detailsFor(failure.details, fault),
    ...(wait === undefined ? {} : { retry_after: Math.ceil(wait) }),
  };
  return { status, headers: headersFor(failure, status, body.retry_after), body, unexpected: code === 'server_error' };
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof HttpException && error.getStatus() >= 400 && error.getStatus() < 500) {
    return refusalOf(error.getStatus());
  }
  return new Failure('server_error', '');
}

/** Field by field: a detail that is added to the kernel does not reach the wire by itself. */
function detailsFor(details: FailureDetails, fault: boolean): FailureDetails {
  const { exchange_id, denied_by, missing_scopes, interaction_uri, interval, expires_in, choices } = details;
  const always = exchange_id === undefined ? {} : { exchange_id };
  if (fault) return always;
  const known = { denied_by, missing_scopes, interaction_uri, interval, expires_in, choices };
  return { ...always, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) };
}

function headersFor(failure: Failure, status: number, wait: number | undefined): Record<string, string> {
  return {
    'Cache-Control': 'no-store',
    ...(wait === undefined ? {} : { 'Retry-After': String(wait) }),
    // RFC 9110 section 11.6.1 wants a challenge with every 401.
    ...(status === 401 ? { 'WWW-Authenticate': 'Bearer realm="token-exchanger"' } : {}),
    ...(failure instanceof EdgeRefusal ? failure.headers : {}),
  };
}
