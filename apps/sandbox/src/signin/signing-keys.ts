import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWKS } from 'oidc-provider';

/** A fresh signing key per start: whoever keeps an old one is refused, as after any key rotation. */
export async function newSigningKeys(): Promise<JWKS> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'sandbox' }] } as JWKS;
}
