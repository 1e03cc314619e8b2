import type { Clock } from '#libs/kernel';

export interface AgedCacheOptions<Value> {
  readonly clock: Clock;
  /** Age in milliseconds from which an entry is gone. */
  readonly hardMs: number;
  /** Entries kept; beyond it the least recently used goes. */
  readonly max: number;
  /** Sees every value that leaves: replaced, dropped, too old, pushed out. */
  readonly onDrop: (value: Value) => void;
}

interface Entry<Value> {
  readonly value: Value;
  readonly wall: number;
  readonly monotonic: number;
  /** Monotonic time before which no new background refresh is tried. */
  nextTry: number;
}

/**
 * A least-recently-used cache that knows the age of its entries. Age is the larger of wall and monotonic time passed:
 * monotonic time stands still in a suspended machine, and wall time may step back.
 */
export class AgedCache<Value> {
  readonly #entries = new Map<string, Entry<Value>>();

  constructor(private readonly options: AgedCacheOptions<Value>) {}

  /** The value and its age in milliseconds; marks it as used. */
  get(id: string): { value: Value; ageMs: number } | undefined {
    const entry = this.#entries.get(id);
    if (!entry) return undefined;
    const ageMs = this.#age(entry);
    if (ageMs >= this.options.hardMs) {
      this.delete(id);
      return undefined;
    }
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    return { value: entry.value, ageMs };
  }

  set(id: string, value: Value): void {
    this.delete(id);
    const { clock, max } = this.options;
    this.#entries.set(id, { value, wall: clock.now().getTime(), monotonic: clock.monotonic(), nextTry: 0 });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= max) return;
      this.delete(oldest);
    }
  }

  /** True once, then not again for `pauseMs` or until the entry is set anew: who gets true does the refresh. */
  claimRefresh(id: string, pauseMs: number): boolean {
    const entry = this.#entries.get(id);
    const now = this.options.clock.monotonic();
    if (!entry || now < entry.nextTry) return false;
    entry.nextTry = now + pauseMs;
    return true;
  }

  delete(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.options.onDrop(entry.value);
  }

  /** Drops what nobody asked for since it got too old. */
  dropExpired(): void {
    for (const [id, entry] of this.#entries) {
      if (this.#age(entry) >= this.options.hardMs) this.delete(id);
    }
  }

  clear(): void {
    for (const id of this.#entries.keys()) this.delete(id);
  }

  #age(entry: Entry<Value>): number {
    const { clock } = this.options;
    return Math.max(clock.now().getTime() - entry.wall, clock.monotonic() - entry.monotonic);
  }
}
