import { createHash } from 'node:crypto';
import type { Random } from '#libs/kernel';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
// Bytes from here on would make the first letters likelier than the last.
const fairLimit = 256 - (256 % alphabet.length);

/** `length` letters and digits, each equally likely. */
export function randomText(random: Random, length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length)) {
      if (byte < fairLimit && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** A random (version 4) uuid, RFC 9562 section 5.4. */
export function randomUuid(random: Random): string {
  const bytes = random.bytes(16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** SHA-256 in hex. The sandbox keeps and shows tokens only in this form. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
