import { TimeoutError } from './errors.js';

/** The end of one call: the caller's own abort or the time-out, whichever comes first. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Milliseconds that are left. */
  remaining(): number;
  /** Throws what ended the call, if something did: the caller's own reason, or a TimeoutError. */
  throwIfOver(): void;
  /** Lets the timer go. */
  close(): void;
}

export function startDeadline(timeoutMs: number, caller: AbortSignal | undefined, now: () => number): Deadline {
  const end = now() + timeoutMs;
  const expiry = new AbortController();
  const timeout = new TimeoutError('timeout', `the Token Exchanger did not answer within ${timeoutMs} ms`);
  const timer = setTimeout(() => expiry.abort(timeout), timeoutMs);
  const signal = caller ? AbortSignal.any([caller, expiry.signal]) : expiry.signal;
  return {
    signal,
    remaining: () => end - now(),
    throwIfOver: () => signal.throwIfAborted(),
    close: () => clearTimeout(timer),
  };
}

/** The promise's result, or a rejection with the signal's reason for work that knows no signals. */
export async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}
