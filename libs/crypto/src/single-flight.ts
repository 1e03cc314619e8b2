/** Callers of the same moment share one run. */
export class SingleFlight {
  readonly #running = new Map<string, Promise<unknown>>();

  run<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    const running = this.#running.get(id);
    // The id names the work, hence its type.
    if (running) return running as Promise<Result>;
    const started = work().finally(() => this.#running.delete(id));
    this.#running.set(id, started);
    return started;
  }
}
