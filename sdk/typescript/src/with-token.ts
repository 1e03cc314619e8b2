import { TokenExchangerError } from './errors.js';
import type { ExchangedToken } from './exchanged-token.js';
import type { WithTokenOptions } from './requests.js';

/** Work to do with a token. Throw or return the provider's 401, and the work is done once more with a fresh token. */
export type TokenWork<T> = (accessToken: string, token: ExchangedToken) => Promise<T> | T;

type Exchange = (options: WithTokenOptions & { rejectedExchangeId?: string }) => Promise<ExchangedToken>;

/** The work's result, after a second try with a fresh token where the provider answered the first with 401. */
export async function withToken<T>(exchange: Exchange, work: TokenWork<T>, options: WithTokenOptions): Promise<T> {
  const token = await exchange(options);
  const first = await settle(work, token);
  const rejected = 'error' in first ? isUnauthorizedError(first.error) : isUnauthorizedResponse(first.value);
  if (!rejected) return unsettle(first);
  if ('value' in first) await release(first.value);
  // The same account as before, even if the person's default changed between the two.
  const again = { ...options, connectionId: token.connectionId, rejectedExchangeId: token.exchangeId };
  const fresh = await exchange(again);
  return work(fresh.accessToken, fresh);
}

type Settled<T> = { readonly value: T } | { readonly error: unknown };

async function settle<T>(work: TokenWork<T>, token: ExchangedToken): Promise<Settled<T>> {
  try {
    return { value: await work(token.accessToken, token) };
  } catch (error) {
    return { error };
  }
}

function unsettle<T>(settled: Settled<T>): T {
  if ('error' in settled) throw settled.error;
  return settled.value;
}

/** Errors of HTTP libraries say it as `status`, `statusCode` or `response.status`. A 401 of the platform is not meant. */
function isUnauthorizedError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || error instanceof TokenExchangerError) return false;
  const { status, statusCode, response } = error as { status?: unknown; statusCode?: unknown; response?: unknown };
  return status === 401 || statusCode === 401 || (response as { status?: unknown } | undefined)?.status === 401;
}

/** By its shape, because a `Response` may be of another implementation than the global one. */
function isUnauthorizedResponse(value: unknown): value is Pick<Response, 'body'> {
  if (typeof value !== 'object' || value === null) return false;
  const { status, ok, headers } = value as { status?: unknown; ok?: unknown; headers?: unknown };
  return status === 401 && ok === false && typeof headers === 'object';
}

/** An unread body would hold its connection until the garbage collector comes by. */
async function release(value: unknown): Promise<void> {
  const { body } = value as { body?: { cancel?: () => Promise<void> } | null };
  await Promise.resolve(body?.cancel?.()).catch(() => undefined);
}
