import type { Secret } from '#libs/kernel';
import type { ProviderDefinition } from '../definition/schema.js';
import type { ErrorClass } from '../provider-error.js';
import { textAt, valueAt, type Fields } from './reply.js';

/** RFC 6749 sections 4.1.2.1 and 5.2, RFC 7009 section 2.2.1; a definition's own lists come first. */
const standard: Readonly<Record<string, ErrorClass>> = {
  invalid_grant: 'reconnect',
  invalid_client: 'operator',
  unauthorized_client: 'operator',
  unsupported_grant_type: 'operator',
  unsupported_token_type: 'operator',
  invalid_request: 'operator',
  invalid_scope: 'operator',
  temporarily_unavailable: 'transient',
  server_error: 'transient',
};

/** Codes by which a provider says that it failed in the middle, whatever status it sends with them. */
const faults = new Set(['server_error', 'internal_error', 'internal_server_error', 'internal_failure', 'fatal_error']);

export function classOfCode({ errors }: ProviderDefinition, code: string | undefined): ErrorClass | undefined {
  if (code === undefined) return undefined;
  if (errors.reconnect.includes(code)) return 'reconnect';
  if (errors.operator.includes(code)) return 'operator';
  if (errors.transient.includes(code)) return 'transient';
  return Object.hasOwn(standard, code) ? standard[code] : undefined;
}

export function isFault(code: string | undefined): boolean {
  return code !== undefined && faults.has(code);
}

/**
 * The error code of an answer, in lower case; undefined when there is none, when it is not one word, or when it repeats
 * a secret that was sent: codes are logged and shown.
 */
export function errorCode(
  { errors }: ProviderDefinition,
  fields: Fields | undefined,
  sent: readonly Secret[],
): string | undefined {
  const code = textAt(fields, errors.codePaths)?.toLowerCase();
  if (code === undefined || !/^[a-z0-9_]{1,64}$/.test(code)) return undefined;
  return sent.some((secret) => echoes(code, secret.reveal().toLowerCase())) ? undefined : code;
}

/** Whether an answer with a good status says itself that the call failed. */
export function saysFailed({ errors }: ProviderDefinition, fields: Fields | undefined): boolean {
  if (errors.okPath !== undefined) return valueAt(fields, errors.okPath) === false;
  return errors.at200 && textAt(fields, errors.codePaths) !== undefined;
}

function echoes(code: string, secret: string): boolean {
  return (secret.length >= 8 && code.includes(secret)) || (code.length >= 8 && secret.includes(code));
}
