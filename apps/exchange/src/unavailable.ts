import { KeyUnavailable } from '#libs/crypto';
import { Failure } from '#libs/kernel';
import { isDatabaseUnavailable } from '#libs/persistence';
import { BatcherFull } from './exchange-token/micro-batcher.js';

const retryAfterSeconds = 2;

/** What is missing for the moment, as the answer that says to come back; undefined for a fault that waiting does not mend. */
export function asUnavailable(error: unknown): Failure | undefined {
  const what = whatIsMissing(error);
  if (what === undefined) return undefined;
  return new Failure('temporarily_unavailable', what, { retry_after: retryAfterSeconds }, { cause: error });
}

function whatIsMissing(error: unknown): string | undefined {
  if (isDatabaseUnavailable(error)) return 'the audit log cannot be written, so nothing is handed out';
  if (error instanceof KeyUnavailable) return 'the keys cannot be had now';
  if (error instanceof BatcherFull) return 'too many exchanges are waiting';
  return undefined;
}
