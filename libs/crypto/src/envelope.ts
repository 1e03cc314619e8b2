import { createCipheriv, createDecipheriv } from 'node:crypto';
import { authenticatedData, type SealContext } from './context.js';
import { deriveRecordKey, type KeyMaterial } from './derive.js';
import { constantTimeEqual } from './digest.js';
import { SealBroken, type SealBrokenReason } from './errors.js';
import { encodeHeader, layout, overhead } from './header.js';

const algorithm = 'aes-256-gcm';
const gcm = { authTagLength: layout.tagLength } as const;
const saltAt = layout.headerLength;
const commitmentAt = saltAt + layout.saltLength;
const nonceAt = commitmentAt + layout.commitmentLength;
const ciphertextAt = nonceAt + layout.nonceLength;

/** Bytes drawn for one envelope: salt and nonce, fresh each time. */
export const freshLength = layout.saltLength + layout.nonceLength;

/** What one envelope is sealed with. */
export interface SealingInput {
  readonly context: SealContext;
  readonly keyVersion: number;
  readonly material: KeyMaterial;
  /** `freshLength` random bytes, never used before. */
  readonly fresh: Buffer;
}

/** Makes the envelope of docs/reference/envelope.md. Throws RangeError on an empty plaintext or a context of wrong form. */
export function sealEnvelope(plaintext: Buffer, { context, keyVersion, material, fresh }: SealingInput): Buffer {
  if (plaintext.length === 0) throw new RangeError(`seal: nothing to seal for ${context.class}`);
  if (fresh.length !== freshLength) throw new RangeError('seal: salt and nonce must be 44 bytes');
  const header = encodeHeader(context, keyVersion);
  const aad = authenticatedData(header, context);
  const salt = fresh.subarray(0, layout.saltLength);
  const nonce = fresh.subarray(layout.saltLength);
  const { key, commitment } = deriveRecordKey(material, salt, aad);
  try {
    const cipher = createCipheriv(algorithm, key, nonce, gcm).setAAD(aad);
    const body = cipher.update(plaintext);
    return Buffer.concat([header, salt, commitment, nonce, body, cipher.final(), cipher.getAuthTag()]);
  } finally {
    key.fill(0);
  }
}

/**
 * The branch key version that an envelope needs, after checking that its header is the one this context would get:
 * else it is `short`, of no `format` that we know, or from another `context`.
 */
function keyVersionOf(sealed: Buffer, context: SealContext): number {
  if (sealed.length <= overhead) throw broken('short', context);
  const known = sealed.subarray(0, 2).equals(layout.magic) && sealed[2] === layout.formatVersion;
  if (!known) throw broken('format', context);
  const version = sealed.readUInt32BE(layout.versionOffset);
  const authentic = version > 0 && encodeHeader(context, version).equals(sealed.subarray(0, layout.headerLength));
  if (!authentic) throw broken('context', context);
  return version;
}

/**
 * Opens an envelope with the key material of the branch key version that it names.
 * Throws SealBroken, and never returns unauthenticated bytes.
 */
export function openEnvelope(
  sealed: Buffer,
  context: SealContext,
  materialOf: (keyVersion: number) => KeyMaterial,
): Buffer {
  const keyVersion = keyVersionOf(sealed, context);
  const aad = authenticatedData(sealed.subarray(0, layout.headerLength), context);
  const { key, commitment } = deriveRecordKey(materialOf(keyVersion), sealed.subarray(saltAt, commitmentAt), aad);
  try {
    if (!constantTimeEqual(commitment, sealed.subarray(commitmentAt, nonceAt))) throw broken('commitment', context);
    const decipher = createDecipheriv(algorithm, key, sealed.subarray(nonceAt, ciphertextAt), gcm);
    decipher.setAAD(aad).setAuthTag(sealed.subarray(-layout.tagLength));
    const body = decipher.update(sealed.subarray(ciphertextAt, -layout.tagLength));
    try {
      decipher.final();
    } catch {
      body.fill(0);
      throw broken('tag', context);
    }
    return body;
  } finally {
    key.fill(0);
  }
}

function broken(reason: SealBrokenReason, context: SealContext): SealBroken {
  return new SealBroken(reason, context.class, context.recordId);
}
