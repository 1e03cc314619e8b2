import type { Uuid } from '#libs/kernel';
import { uuidHex, needsShredSecret, type SealContext } from './context.js';
import { recordClasses } from './record-class.js';

/** Layout of an envelope, in bytes (docs/reference/envelope.md). */
export const layout = {
  magic: Buffer.from('TE', 'ascii'),
  formatVersion: 1,
  headerLength: 25,
  versionOffset: 5,
  saltLength: 32,
  commitmentLength: 32,
  nonceLength: 12,
  tagLength: 16,
} as const;

/** Everything that is not ciphertext: 117 bytes. */
export const overhead =
  layout.headerLength + layout.saltLength + layout.commitmentLength + layout.nonceLength + layout.tagLength;

/** Both: HKDF-SHA-256, 32-byte commitment, AES-256-GCM. They differ in the input key material. */
export const suites = { branchKey: 1, branchKeyAndShredSecret: 2 } as const;

const maxVersion = 0xffff_ffff;

/** Magic, format, suite, class, branch key version and key id: 25 bytes that say how to open what follows. */
export function encodeHeader(context: SealContext, keyVersion: number): Buffer {
  if (!Number.isInteger(keyVersion) || keyVersion < 1 || keyVersion > maxVersion) {
    throw new RangeError('branch key version must be a whole number from 1 to 4294967295');
  }
  const header = Buffer.alloc(layout.headerLength);
  layout.magic.copy(header, 0);
  header.writeUInt8(layout.formatVersion, 2);
  header.writeUInt8(needsShredSecret(context) ? suites.branchKeyAndShredSecret : suites.branchKey, 3);
  header.writeUInt8(recordClasses[context.class].id, 4);
  header.writeUInt32BE(keyVersion, layout.versionOffset);
  header.write(uuidHex(context.organizationId, 'organizationId'), 9, 'hex');
  return header;
}

/** What an envelope says about itself. Nothing in it is trusted until the envelope has been opened. */
export interface EnvelopeDescription {
  readonly formatVersion: number;
  readonly suite: number;
  readonly classId: number;
  readonly keyVersion: number;
  readonly keyId: Uuid;
}

/** Reads the header alone, for sweeps and tools. Undefined when the bytes cannot be an envelope. */
export function describeEnvelope(sealed: Buffer): EnvelopeDescription | undefined {
  if (sealed.length <= overhead || !sealed.subarray(0, 2).equals(layout.magic)) return undefined;
  const hex = sealed.toString('hex', 9, 25);
  return {
    formatVersion: sealed.readUInt8(2),
    suite: sealed.readUInt8(3),
    classId: sealed.readUInt8(4),
    keyVersion: sealed.readUInt32BE(layout.versionOffset),
    keyId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  };
}
