import type { Uuid } from '#libs/kernel';

/** Bound to a wrapped key as additional data (in AWS KMS: the encryption context). Shown in logs there: ids only. */
export type KeyContext = Readonly<Record<string, string>>;

/** Wraps branch keys: AWS KMS in production, a key file on one machine. */
export interface KeyService {
  readonly name: 'local' | 'aws';
  wrap(plaintext: Buffer, context: KeyContext): Promise<Buffer>;
  /** Rejects when the bytes were wrapped under another key or context. The caller owns, and zeroes, the answer. */
  unwrap(wrapped: Buffer, context: KeyContext): Promise<Buffer>;
}

export interface BranchKeyRecord {
  readonly organizationId: Uuid;
  /** From 1, one more at each rotation. */
  readonly version: number;
  readonly wrapped: Buffer;
  readonly state: 'active' | 'decrypt_only';
}

export interface BranchKeyStore {
  active(organizationId: Uuid): Promise<BranchKeyRecord | undefined>;
  find(organizationId: Uuid, version: number): Promise<BranchKeyRecord | undefined>;
  /** Does nothing when the organization has a branch key already, whatever its version; committed when it resolves. */
  insertFirst(record: BranchKeyRecord): Promise<void>;
}

/** Shred secrets as envelopes of class `shred_secret`. */
export interface ShredSecretStore {
  find(userId: Uuid, organizationId: Uuid): Promise<Buffer | undefined>;
  /** Does nothing when there is one already; committed when it resolves. */
  insertIfAbsent(userId: Uuid, organizationId: Uuid, wrapped: Buffer): Promise<void>;
}

/** Keys of the token fingerprints, as envelopes of class `fingerprint_key`. */
export interface FingerprintKeyStore {
  list(): Promise<readonly { readonly version: number; readonly sealed: Buffer }[]>;
  /** Does nothing when any version exists already; committed when it resolves. */
  insertFirst(version: number, sealed: Buffer): Promise<void>;
}
