import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 (FIPS 180-4), 32 bytes. Text is hashed as UTF-8. */
export function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

/** Compares in time that depends only on the lengths, which are not secret. Different lengths are unequal. */
export function constantTimeEqual(left: string | Uint8Array, right: string | Uint8Array): boolean {
  const [a, b] = [toBytes(left), toBytes(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function toBytes(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
}
