/** What the SDK takes from the machine it runs on. Tests replace parts of it; nobody else needs to. */
export interface Runtime {
  /** Waits that many milliseconds; rejects with the signal's reason when it aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A number in [0, 1) for the spread of retries. */
  readonly random: () => number;
  /** That many bytes from a cryptographic source. */
  readonly randomBytes: (size: number) => Uint8Array;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wallNow: () => number;
}

/** The real machine, by web standards only, so that the SDK also runs where Node's modules are missing. */
export const machine: Runtime = {
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    }),
  random: Math.random,
  randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
  now: () => performance.now(),
  wallNow: Date.now,
};
