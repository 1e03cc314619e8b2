import { crc32 } from 'node:zlib';
import { Secret, type Random } from '#libs/kernel';
import { randomBase62, toBase62 } from './base62.js';
import { checked } from './checked-random.js';
import { sha256 } from './digest.js';

/** 43 digits in base 62 carry 256.03 bits. */
const secretLength = 43;
/** 62^6 exceeds 2^32. */
const checksumLength = 6;
const hintLength = 4;

type Prefix = 'te_sk_' | 'te_ak_';

export interface MintedKey {
  /** `te_sk_` or `te_ak_`, 43 digits, `_`, CRC-32 in 6 digits. Shown once, never stored. */
  readonly secret: Secret;
  /** SHA-256 of the whole text: what is stored and looked up. */
  readonly hash: Buffer;
  /** The last four digits of the secret part, to tell keys apart in a list. */
  readonly hint: string;
}

/** A new key of an MCP server. Throws RandomnessRefused. */
export function mintServerKey(random: Random): MintedKey {
  return mint('te_sk_', random);
}

/** A new key of an auditor. Throws RandomnessRefused. */
export function mintAuditorKey(random: Random): MintedKey {
  return mint('te_ak_', random);
}

/** The hash to look a presented server key up by; undefined when prefix, length, alphabet or checksum is wrong. */
export function parseServerKey(text: string): { hash: Buffer } | undefined {
  return parse('te_sk_', text);
}

/** As parseServerKey, for auditors. */
export function parseAuditorKey(text: string): { hash: Buffer } | undefined {
  return parse('te_ak_', text);
}

function mint(prefix: Prefix, random: Random): MintedKey {
  const digits = randomBase62(checked(random), secretLength);
  const text = `${prefix}${digits}_${checksum(prefix + digits)}`;
  return { secret: new Secret(text), hash: sha256(text), hint: digits.slice(-hintLength) };
}

const form = new RegExp(`^(te_[sa]k_)[0-9A-Za-z]{${secretLength}}_[0-9A-Za-z]{${checksumLength}}$`);

// A checksum tells typing errors and look-alikes from keys before the database is asked. It guards no secret, so that
// an ordinary comparison is right; the secret itself is compared by the look-up of its hash.
function parse(prefix: Prefix, text: string): { hash: Buffer } | undefined {
  if (form.exec(text)?.[1] !== prefix) return undefined;
  const body = text.slice(0, prefix.length + secretLength);
  return text.endsWith(`_${checksum(body)}`) ? { hash: sha256(text) } : undefined;
}

function checksum(body: string): string {
  return toBase62(crc32(body), checksumLength);
}
