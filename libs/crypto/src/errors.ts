import type { Uuid } from '#libs/kernel';

/** Where an envelope failed. `context` is what a ciphertext moved to another row, column or organization looks like. */
export type SealBrokenReason = 'short' | 'format' | 'context' | 'commitment' | 'tag';

/** The bytes are not an authentic envelope for the context they were opened in. A security event, never a retry. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';

  constructor(
    readonly reason: SealBrokenReason,
    readonly recordClass: string,
    readonly recordId: string,
  ) {
    super(`sealed ${recordClass} of record ${recordId} does not open: ${reason}`);
  }
}

/**
 * `key_service`: KMS or the key file did not answer or refused. `key_store`: the database did not.
 * `not_found`: that key version does not exist (destroyed, or never made).
 * `shred_secret_missing`: the person was erased, or the caller did not pass the secret. `closed`: the vault was closed.
 */
export type KeyUnavailableReason = 'key_service' | 'key_store' | 'not_found' | 'shred_secret_missing' | 'closed';

/** A key that is needed cannot be had now. Callers answer `temporarily_unavailable` and spend nothing. */
export class KeyUnavailable extends Error {
  override readonly name = 'KeyUnavailable';

  constructor(
    readonly reason: KeyUnavailableReason,
    readonly organizationId: Uuid,
    options: { cause?: unknown } = {},
  ) {
    super(`no key for organization ${organizationId}: ${reason}`, options);
  }
}

/** The synchronous path has no key in memory. `await vault.prepare(organizationId, version)` and try again. */
export class KeyNotInMemory extends Error {
  override readonly name = 'KeyNotInMemory';

  constructor(
    readonly organizationId: Uuid,
    /** Undefined means the active version, whichever that is. */
    readonly version: number | undefined,
  ) {
    super(`branch key ${version ?? 'active'} of organization ${organizationId} is not in memory`);
  }
}

/** The key file breaks a rule; the message names file and rule and is meant for the operator. */
export class KeyFileRefused extends Error {
  override readonly name = 'KeyFileRefused';

  constructor(file: string, rule: string, options: { cause?: unknown } = {}) {
    super(`key file ${file}: ${rule}`, options);
  }
}

/** The random generator failed or repeated itself; nothing may be sealed or minted with it. */
export class RandomnessRefused extends Error {
  override readonly name = 'RandomnessRefused';
}
