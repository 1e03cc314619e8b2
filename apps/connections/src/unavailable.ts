import { KeyUnavailable } from '#libs/crypto';
import { Failure } from '#libs/kernel';
import { isDatabaseUnavailable } from '#libs/persistence';

const retryAfterSeconds = 5;

/** What is missing for the moment, as the answer that says to come back; undefined for a fault that waiting does not mend. */
export function asUnavailable(error: unknown): Failure | undefined {
  const away = isDatabaseUnavailable(error) || error instanceof KeyUnavailable;
  if (!away) return undefined;
  const details = { retry_after: retryAfterSeconds };
  return new Failure('temporarily_unavailable', 'This service cannot work just now.', details, { cause: error });
}
