import { Failure } from '#libs/kernel';

const rule = 'Authorization must be "Bearer" and one key of this server, for instance "Bearer te_sk_…"';

/** The credential of an `Authorization: Bearer` header (RFC 6750 section 2.1). Throws `invalid_client`. */
export function bearerCredential(header: string | undefined): string {
  const match = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(header ?? '');
  if (!match?.[1]) throw new Failure('invalid_client', rule);
  return match[1];
}

/** The one answer to every credential that is not in force: it does not say whether it is unknown, expired or disabled. */
export function credentialNotInForce(): Failure {
  return new Failure('invalid_client', 'the key is not in force: unknown, expired or disabled');
}
