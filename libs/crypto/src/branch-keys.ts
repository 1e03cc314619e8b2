import type { Clock, Uuid } from '#libs/kernel';
import { BranchKeyCache, type CacheLimits } from './branch-key-cache.js';
import { BranchKeyLoader, type LoaderDeps } from './branch-key-loader.js';
import { KeyNotInMemory, KeyUnavailable } from './errors.js';
import type { BranchKeyRecord } from './ports.js';
import { SingleFlight } from './single-flight.js';

export interface BranchKey {
  readonly version: number;
  /** Valid until the next `await`: afterwards it may have been zeroed. */
  readonly key: Buffer;
}

/** Branch keys by organization and version: at once from memory, or loaded. One load per key at a time. */
export class BranchKeys {
  readonly #cache: BranchKeyCache;
  readonly #loader: BranchKeyLoader;
  readonly #flights = new SingleFlight();
  #closed = false;

  constructor(deps: LoaderDeps & { readonly clock: Clock }, limits: CacheLimits) {
    this.#cache = new BranchKeyCache(deps.clock, limits);
    this.#loader = new BranchKeyLoader(deps);
  }

  /** A key in memory; past its soft age it is also refreshed in the background. Throws KeyNotInMemory. */
  now(organizationId: Uuid, version: number): BranchKey {
    const entry = this.#cache.key(organizationId, version);
    if (!entry) throw new KeyNotInMemory(organizationId, version);
    this.#refreshWhenDue(entry.ageMs, organizationId, version);
    return { version, key: entry.value };
  }

  /** The key that new records are sealed under. Throws KeyNotInMemory. */
  activeNow(organizationId: Uuid): BranchKey {
    const entry = this.#cache.activeVersion(organizationId);
    if (!entry) throw new KeyNotInMemory(organizationId, undefined);
    this.#refreshWhenDue(entry.ageMs, organizationId, undefined);
    return this.now(organizationId, entry.value);
  }

  /**
   * After this the key serves for at least the soft age, unless more than `max` other keys are used in between: a key
   * that would run out sooner is loaded again first. Throws KeyUnavailable.
   */
  async prepare(organizationId: Uuid, version?: number): Promise<void> {
    if (!this.#lastsLongEnough(organizationId, version)) await this.load(organizationId, version);
  }

  /** Loads a key, or the active one, whatever is in memory. Throws KeyUnavailable. */
  async load(organizationId: Uuid, version?: number): Promise<void> {
    if (this.#closed) throw new KeyUnavailable('closed', organizationId);
    const id = `load/${organizationId}/${version ?? 'active'}`;
    await this.#flights.run(id, () =>
      version === undefined ? this.#loadActive(organizationId) : this.#loadVersion(organizationId, version),
    );
  }

  dropExpired(): void {
    this.#cache.dropExpired();
  }

  close(): void {
    this.#closed = true;
    this.#cache.close();
  }

  async #loadActive(organizationId: Uuid): Promise<void> {
    const record = await this.#loader.activeOrFirst(organizationId);
    const known = this.#cache.key(organizationId, record.version);
    if (!known || known.ageMs >= this.#cache.limits.softMs) await this.#unwrap(record);
    if (!this.#closed) this.#cache.putActiveVersion(organizationId, record.version);
  }

  async #loadVersion(organizationId: Uuid, version: number): Promise<void> {
    const record = await this.#loader.find(organizationId, version);
    if (!record) {
      // Destroyed on purpose: it stops here too, and not an hour later.
      this.#cache.dropKey(organizationId, version);
      throw new KeyUnavailable('not_found', organizationId);
    }
    await this.#unwrap(record);
  }

  async #unwrap(record: BranchKeyRecord): Promise<void> {
    const { organizationId, version } = record;
    await this.#flights.run(`unwrap/${organizationId}/${version}`, async () => {
      const key = await this.#loader.unwrap(record);
      if (this.#closed) {
        key.fill(0);
        throw new KeyUnavailable('closed', organizationId);
      }
      this.#cache.putKey(organizationId, version, key);
    });
  }

  #lastsLongEnough(organizationId: Uuid, version: number | undefined): boolean {
    const { softMs, hardMs } = this.#cache.limits;
    const latest = hardMs - softMs;
    const active = version === undefined ? this.#cache.activeVersion(organizationId) : undefined;
    const wanted = version ?? active?.value;
    const entry = wanted === undefined ? undefined : this.#cache.key(organizationId, wanted);
    if (!entry) return false;
    this.#refreshWhenDue(Math.max(entry.ageMs, active?.ageMs ?? 0), organizationId, version);
    return entry.ageMs < latest && (active?.ageMs ?? 0) < latest;
  }

  #refreshWhenDue(ageMs: number, organizationId: Uuid, version: number | undefined): void {
    if (ageMs < this.#cache.limits.softMs || !this.#cache.claimRefresh(organizationId, version)) return;
    // A failed refresh is no failure yet: the key serves until its hard age, and the hook has counted the call.
    this.load(organizationId, version).catch(() => undefined);
  }
}
