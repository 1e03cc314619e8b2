import type { Random, Uuid } from '#libs/kernel';
import { KeyUnavailable } from './errors.js';
import type { BranchKeyRecord, BranchKeyStore, KeyContext, KeyService } from './ports.js';

export const keyLength = 32;

/** Told of every call to the key service, for a counter: calls must not grow with exchanges. */
export type KeyServiceHook = (operation: 'wrap' | 'unwrap', outcome: 'ok' | 'failed') => void;

export interface LoaderDeps {
  readonly keyService: KeyService;
  readonly branchKeys: BranchKeyStore;
  readonly random: Random;
  readonly onKeyServiceCall?: KeyServiceHook;
}

/** What a wrapped branch key is bound to. Part of the stored format: docs/reference/envelope.md. */
export function branchKeyContext(organizationId: Uuid, version: number): KeyContext {
  return { app: 'token-exchanger', purpose: 'branch_key', organization: organizationId, version: String(version) };
}

/** Reads, unwraps and, for an organization's first, makes branch keys. Every failure is a KeyUnavailable. */
export class BranchKeyLoader {
  constructor(private readonly deps: LoaderDeps) {}

  async find(organizationId: Uuid, version: number): Promise<BranchKeyRecord | undefined> {
    return await this.#store(organizationId, () => this.deps.branchKeys.find(organizationId, version));
  }

  /** The active record, made first when the organization has none. */
  async activeOrFirst(organizationId: Uuid): Promise<BranchKeyRecord> {
    const read = () => this.deps.branchKeys.active(organizationId);
    const existing = await this.#store(organizationId, read);
    if (existing) return existing;
    const first = await this.#makeFirst(organizationId);
    await this.#store(organizationId, () => this.deps.branchKeys.insertFirst(first));
    // A peer may have been first: what counts is what is stored, never what we made.
    const stored = await this.#store(organizationId, read);
    if (!stored) throw new KeyUnavailable('not_found', organizationId);
    return stored;
  }

  /** The 32 bytes of a branch key; the caller owns them. */
  async unwrap(record: BranchKeyRecord): Promise<Buffer> {
    const { organizationId, version, wrapped } = record;
    const context = branchKeyContext(organizationId, version);
    const key = await this.#service(organizationId, 'unwrap', () => this.deps.keyService.unwrap(wrapped, context));
    if (key.length === keyLength) return key;
    key.fill(0);
    throw new KeyUnavailable('key_service', organizationId);
  }

  async #makeFirst(organizationId: Uuid): Promise<BranchKeyRecord> {
    const key = Buffer.from(this.deps.random.bytes(keyLength));
    const context = branchKeyContext(organizationId, 1);
    try {
      const wrapped = await this.#service(organizationId, 'wrap', () => this.deps.keyService.wrap(key, context));
      return { organizationId, version: 1, wrapped, state: 'active' };
    } finally {
      key.fill(0);
    }
  }

  async #store<Result>(organizationId: Uuid, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (cause) {
      throw new KeyUnavailable('key_store', organizationId, { cause });
    }
  }

  async #service(organizationId: Uuid, operation: 'wrap' | 'unwrap', work: () => Promise<Buffer>): Promise<Buffer> {
    try {
      const bytes = await work();
      this.deps.onKeyServiceCall?.(operation, 'ok');
      return bytes;
    } catch (cause) {
      this.deps.onKeyServiceCall?.(operation, 'failed');
      throw new KeyUnavailable('key_service', organizationId, { cause });
    }
  }
}
