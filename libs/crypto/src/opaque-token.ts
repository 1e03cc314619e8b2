import { Secret, type Random } from '#libs/kernel';
import { checked } from './checked-random.js';

const leastBytes = 16;

/** An unguessable handle in base64url without padding. `size` in bytes, at least 16 (128 bits); 32 unless told. */
export function opaqueToken(random: Random, size = 32): Secret {
  if (!Number.isInteger(size) || size < leastBytes) throw new RangeError('opaque token: at least 16 bytes');
  return new Secret(checked(random).bytes(size).toString('base64url'));
}
