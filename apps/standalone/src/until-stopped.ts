/** Ends when somebody wants the installation to stop. */
export interface Stopped {
  /** The cause, when it is not a wish but a crash. */
  readonly promise: Promise<Error | undefined>;
  because(error: Error): void;
}

const parentCheckMs = 1_000;

/**
 * Waits for Ctrl-C, a signal, or the end of our parent: npm does not pass a signal on that it alone receives, and what
 * it started would stay behind with all its ports.
 */
export function untilStopped(): Stopped {
  let resolve: (cause: Error | undefined) => void = () => undefined;
  const promise = new Promise<Error | undefined>((settle) => {
    resolve = settle;
  });
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) resolve(undefined);
  }, parentCheckMs);
  watch.unref();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(undefined));
  return { promise, because: resolve };
}
