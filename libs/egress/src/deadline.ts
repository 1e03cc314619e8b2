/** Runs `onPassed` once, when the time is up or the caller's signal fires, whichever is first, unless released before. */
export class Deadline {
  passed = false;
  #released = false;
  readonly #timer: NodeJS.Timeout;
  readonly #pass: () => void;

  /** @param ms milliseconds from now */
  constructor(
    ms: number,
    private readonly signal: AbortSignal | undefined,
    onPassed: () => void,
  ) {
    this.#pass = () => {
      if (this.passed) return;
      this.passed = true;
      this.release();
      onPassed();
    };
    // One turn of the event loop later: a process that was stopped wakes to an expired timer, and an answer that arrived
    // while it slept is read before the connection is cut. It may be the only copy of a token.
    this.#timer = setTimeout(() => setImmediate(() => setImmediate(this.#passUnlessReleased)), ms);
    if (signal?.aborted === true) queueMicrotask(this.#pass);
    else signal?.addEventListener('abort', this.#pass, { once: true });
  }

  readonly #passUnlessReleased = (): void => {
    if (!this.#released) this.#pass();
  };

  release(): void {
    this.#released = true;
    clearTimeout(this.#timer);
    this.signal?.removeEventListener('abort', this.#pass);
  }
}
