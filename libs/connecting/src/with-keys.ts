import { KeyUnavailable } from '#libs/crypto';
import { Failure } from '#libs/kernel';
import { shortWait } from './limits.js';

/** Turns a key that cannot be had now into the answer for it. Nothing may be spent at a provider before this passed. */
export async function withKeys<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof KeyUnavailable)) throw cause;
    throw new Failure(
      'temporarily_unavailable',
      'the key service does not answer',
      { retry_after: shortWait },
      { cause },
    );
  }
}
