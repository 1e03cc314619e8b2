/** Runs `onPassed` once, when the time is up or the caller's signal fires, whichever is first, unless released before. */
export class Deadline {
  passed = false;
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
    this.#timer = setTimeout(this.#pass, ms);
    if (signal?.aborted === true) queueMicrotask(this.#pass);
    else signal?.addEventListener('abort', this.#pass, { once: true });
  }

  release(): void {
    clearTimeout(this.#timer);
    this.signal?.removeEventListener('abort', this.#pass);
  }
}
