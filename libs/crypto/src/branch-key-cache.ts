import type { Clock, Uuid } from '#libs/kernel';
import { AgedCache } from './aged-cache.js';

export interface CacheLimits {
  /** Age in milliseconds from which a key is loaded again in the background while it keeps serving. */
  readonly softMs: number;
  /** Age in milliseconds from which a key is gone: how long the platform outlives an outage of its key service. */
  readonly hardMs: number;
  /** Branch keys held; beyond it the least recently used is zeroed. */
  readonly max: number;
}

export const defaultLimits: CacheLimits = { softMs: 5 * 60_000, hardMs: 60 * 60_000, max: 10_000 };

/** A record and its shred secret may need two versions, and a rotation a third, at the same time. */
const leastMax = 3;

/** Branch keys in clear, and which version of an organization is active. Keys are zeroed whenever they leave. */
export class BranchKeyCache {
  readonly #keys: AgedCache<Buffer>;
  readonly #active: AgedCache<number>;
  readonly #sweep: NodeJS.Timeout;

  constructor(
    clock: Clock,
    readonly limits: CacheLimits,
  ) {
    const { softMs, hardMs, max } = limits;
    if (!(softMs > 0 && softMs * 2 <= hardMs)) {
      throw new RangeError('branch key cache: softMs must be above 0 and at most half of hardMs');
    }
    if (!(max >= leastMax)) throw new RangeError(`branch key cache: max must be at least ${leastMax}`);
    this.#keys = new AgedCache({ clock, hardMs, max, onDrop: (key) => key.fill(0) });
    this.#active = new AgedCache({ clock, hardMs, max, onDrop: () => undefined });
    this.#sweep = setInterval(() => this.dropExpired(), softMs).unref();
  }

  key(organizationId: Uuid, version: number): { value: Buffer; ageMs: number } | undefined {
    return this.#keys.get(keyId(organizationId, version));
  }

  /** Takes the buffer over. */
  putKey(organizationId: Uuid, version: number, key: Buffer): void {
    this.#keys.set(keyId(organizationId, version), key);
  }

  dropKey(organizationId: Uuid, version: number): void {
    this.#keys.delete(keyId(organizationId, version));
  }

  activeVersion(organizationId: Uuid): { value: number; ageMs: number } | undefined {
    return this.#active.get(organizationId);
  }

  putActiveVersion(organizationId: Uuid, version: number): void {
    this.#active.set(organizationId, version);
  }

  /** Whether the caller is the one to refresh now; after a failure the next try is a tenth of the soft age away. */
  claimRefresh(organizationId: Uuid, version: number | undefined): boolean {
    const pauseMs = this.limits.softMs / 10;
    if (version === undefined) return this.#active.claimRefresh(organizationId, pauseMs);
    return this.#keys.claimRefresh(keyId(organizationId, version), pauseMs);
  }

  /** Zeroes keys past their hard age that nobody asks for any more. Runs by itself, once per soft age. */
  dropExpired(): void {
    this.#keys.dropExpired();
    this.#active.dropExpired();
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#keys.clear();
    this.#active.clear();
  }
}

function keyId(organizationId: Uuid, version: number): string {
  return `${organizationId}/${version}`;
}
