import { Secret, type Clock, type Random, type Uuid } from '#libs/kernel';
import { defaultLimits, type CacheLimits } from './branch-key-cache.js';
import { keyLength, type KeyServiceHook } from './branch-key-loader.js';
import { BranchKeys } from './branch-keys.js';
import { checked } from './checked-random.js';
import { needsShredSecret, type SealContext } from './context.js';
import { KeyNotInMemory, KeyUnavailable } from './errors.js';
import type { BranchKeyStore, KeyService, ShredSecretStore } from './ports.js';
import { Records, shredSecretContext } from './records.js';

export interface VaultDeps {
  readonly keyService: KeyService;
  readonly branchKeys: BranchKeyStore;
  readonly shredSecrets: ShredSecretStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly cache?: Partial<CacheLimits>;
  readonly onKeyServiceCall?: KeyServiceHook;
}

/** A record needs two keys at most; more misses in a row mean that the cache is too small for its traffic. */
const mostLoads = 6;

/** Seals and opens everything secret that is stored. The only holder of keys in clear. */
export class Vault {
  readonly #keys: BranchKeys;
  readonly #records: Records;
  readonly #random: Random;

  constructor(private readonly deps: VaultDeps) {
    this.#random = checked(deps.random);
    this.#keys = new BranchKeys({ ...deps, random: this.#random }, { ...defaultLimits, ...deps.cache });
    this.#records = new Records(this.#keys, this.#random);
  }

  /**
   * Seals, making the organization's first branch key and the user's shred secret when there are none.
   * Throws KeyUnavailable; RangeError on an empty text or a context that its class does not allow.
   */
  async seal(plaintext: Secret, context: SealContext): Promise<Buffer> {
    const { organizationId, userId } = context;
    const wrapped =
      needsShredSecret(context) && userId !== undefined ? await this.prepareUser(userId, organizationId) : undefined;
    return await this.#loadingKeys(() => this.sealNow(plaintext, context, wrapped));
  }

  /** Throws SealBroken when the bytes are not authentic or belong elsewhere, KeyUnavailable when a key cannot be had. */
  async open(sealed: Buffer, context: SealContext): Promise<Secret> {
    const { organizationId, userId } = context;
    const wrapped =
      needsShredSecret(context) && userId !== undefined ? await this.#findShred(userId, organizationId) : undefined;
    return await this.#loadingKeys(() => this.openNow(sealed, context, wrapped));
  }

  /**
   * Brings a branch key into memory, the active one (made when there is none) without `version`; it then serves for
   * at least the soft age. Do this before anything that cannot be undone. Throws KeyUnavailable.
   */
  async prepare(organizationId: Uuid, version?: number): Promise<void> {
    await this.#keys.prepare(organizationId, version);
  }

  /** The wrapped shred secret of (user, organization), made when there is none; for sealNow. Throws KeyUnavailable. */
  async prepareUser(userId: Uuid, organizationId: Uuid): Promise<Buffer> {
    const existing = await this.#findShred(userId, organizationId);
    if (existing) return existing;
    const wrapped = await this.#makeShred(userId, organizationId);
    await this.#shredStore(organizationId, (store) => store.insertIfAbsent(userId, organizationId, wrapped));
    // A peer may have been first: what counts is what is stored, never what we made.
    const stored = await this.#findShred(userId, organizationId);
    if (!stored) throw new KeyUnavailable('shred_secret_missing', organizationId);
    return stored;
  }

  /** `open` without waiting, for the hot path. Throws KeyNotInMemory when `prepare` is needed first; else as `open`. */
  openNow(sealed: Buffer, context: SealContext, wrappedShred: Buffer | undefined): Secret {
    const bytes = this.#records.open(sealed, context, wrappedShred);
    const secret = new Secret(bytes.toString('utf8'));
    bytes.fill(0);
    return secret;
  }

  /** `seal` without waiting. Throws KeyNotInMemory, or KeyUnavailable when a user's record comes without its secret. */
  sealNow(plaintext: Secret, context: SealContext, wrappedShred: Buffer | undefined): Buffer {
    const text = plaintext.reveal();
    const bytes = Buffer.from(text, 'utf8');
    // A lone surrogate would be replaced without a word, and what comes out would not be what went in.
    if (bytes.toString('utf8') !== text) throw new RangeError(`seal: text for ${context.class} is not valid Unicode`);
    try {
      return this.#records.seal(bytes, context, wrappedShred);
    } finally {
      bytes.fill(0);
    }
  }

  /** Zeroes keys past their hard age now instead of at the next sweep. */
  dropExpired(): void {
    this.#keys.dropExpired();
  }

  /** Zeroes every key for good: whatever is asked afterwards fails. */
  close(): void {
    this.#keys.close();
  }

  async #makeShred(userId: Uuid, organizationId: Uuid): Promise<Buffer> {
    const secret = Buffer.from(this.#random.bytes(keyLength));
    try {
      const context = shredSecretContext({ userId, organizationId });
      return await this.#loadingKeys(() => this.#records.seal(secret, context, undefined));
    } finally {
      secret.fill(0);
    }
  }

  async #findShred(userId: Uuid, organizationId: Uuid): Promise<Buffer | undefined> {
    return await this.#shredStore(organizationId, (store) => store.find(userId, organizationId));
  }

  async #shredStore<Result>(organizationId: Uuid, work: (store: ShredSecretStore) => Promise<Result>): Promise<Result> {
    try {
      return await work(this.deps.shredSecrets);
    } catch (cause) {
      throw new KeyUnavailable('key_store', organizationId, { cause });
    }
  }

  async #loadingKeys<Result>(work: () => Result): Promise<Result> {
    for (let loads = 0; ; loads++) {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof KeyNotInMemory)) throw error;
        if (loads === mostLoads) throw new KeyUnavailable('key_service', error.organizationId, { cause: error });
        await this.#keys.load(error.organizationId, error.version);
      }
    }
  }
}
