import { createHmac } from 'node:crypto';
import { Secret, type Random, type Uuid } from '#libs/kernel';
import { checked } from './checked-random.js';
import type { SealContext } from './context.js';
import { KeyUnavailable } from './errors.js';
import type { FingerprintKeyStore } from './ports.js';
import type { Vault } from './vault.js';

export interface Fingerprint {
  /** Version of the fingerprint key, from 1. */
  readonly version: number;
  /** HMAC-SHA-256 of the token, 32 bytes. */
  readonly value: Buffer;
}

export interface FingerprinterDeps {
  readonly vault: Pick<Vault, 'seal' | 'open'>;
  readonly store: FingerprintKeyStore;
  readonly random: Random;
  /** The platform's own organization, whose branch key seals the fingerprint keys. */
  readonly organizationId: Uuid;
}

interface VersionedKey {
  readonly version: number;
  readonly key: Buffer;
}

const keyLength = 32;

/**
 * Names a token in the audit log without holding it: only who has the key can tell which token a row means, and
 * nobody can get a token from a row. Old keys stay, so that old rows can still be found.
 */
export class Fingerprinter {
  private constructor(
    private readonly newest: VersionedKey,
    private readonly older: readonly VersionedKey[],
  ) {}

  /** Opens every key version, making the first when there is none. Throws KeyUnavailable and SealBroken. */
  static async load(deps: FingerprinterDeps): Promise<Fingerprinter> {
    let stored = await deps.store.list();
    if (stored.length === 0) {
      await makeFirst(deps);
      stored = await deps.store.list();
    }
    const keys = await Promise.all(
      stored.map(async ({ version, sealed }) => {
        const secret = await deps.vault.open(sealed, keyContext(deps.organizationId, version));
        return { version, key: Buffer.from(secret.reveal(), 'base64') };
      }),
    );
    const [newest, ...older] = keys.toSorted((left, right) => right.version - left.version);
    if (!newest) throw new KeyUnavailable('key_store', deps.organizationId);
    return new Fingerprinter(newest, older);
  }

  /** The fingerprint for a new audit row, under the newest key. */
  fingerprint(token: Secret): Fingerprint {
    return hmac(this.newest, token);
  }

  /** The fingerprints that rows of any age may carry for this token, newest key first: for an auditor's look-up. */
  all(token: Secret): Fingerprint[] {
    return [this.newest, ...this.older].map((key) => hmac(key, token));
  }
}

function hmac({ version, key }: VersionedKey, token: Secret): Fingerprint {
  const text = token.reveal();
  if (text === '') throw new RangeError('fingerprint: token is empty');
  return { version, value: createHmac('sha256', key).update(text).digest() };
}

async function makeFirst({ vault, store, random, organizationId }: FingerprinterDeps): Promise<void> {
  const key = checked(random).bytes(keyLength);
  const sealed = await vault.seal(new Secret(key.toString('base64')), keyContext(organizationId, 1));
  await store.insertFirst(1, sealed);
}

function keyContext(organizationId: Uuid, version: number): SealContext {
  return { class: 'fingerprint_key', organizationId, recordId: organizationId, generation: version };
}
