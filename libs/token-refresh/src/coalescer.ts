/** Lets callers of the same moment share one piece of work. */
export class Coalescer<T> {
  readonly #running = new Map<string, Promise<T>>();

  /** Joins the work under this key, or starts it. */
  join(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (running) return running;
    const started = work().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Resolves when everything that runs now has ended, one way or the other. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }
}
