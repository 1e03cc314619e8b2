import { createHmac } from 'node:crypto';

const infoPrefix = Buffer.from('te/v1', 'ascii');
const first = Buffer.from([1]);
const second = Buffer.from([2]);

/** The secrets that a record key comes from, 32 bytes each. */
export interface KeyMaterial {
  readonly branchKey: Buffer;
  readonly shredSecret?: Buffer;
}

export interface RecordKey {
  /** AES-256 key, 32 bytes. Zero it after use. */
  readonly key: Buffer;
  /** Stored in the envelope: one envelope opens under one key only. */
  readonly commitment: Buffer;
}

/**
 * HKDF-SHA-256 (RFC 5869) with IKM = branch key ‖ shred secret and info = "te/v1" ‖ AAD; 64 bytes, of which the first
 * half is the key and the second the commitment. Two blocks written out by hand, because `hkdfSync` takes twice as
 * long and this runs twice per exchange; a property test holds it equal to `hkdfSync`.
 */
export function deriveRecordKey(material: KeyMaterial, salt: Buffer, aad: Buffer): RecordKey {
  const extract = createHmac('sha256', salt).update(material.branchKey);
  if (material.shredSecret) extract.update(material.shredSecret);
  const prk = extract.digest();
  const key = createHmac('sha256', prk).update(infoPrefix).update(aad).update(first).digest();
  const commitment = createHmac('sha256', prk).update(key).update(infoPrefix).update(aad).update(second).digest();
  prk.fill(0);
  return { key, commitment };
}
