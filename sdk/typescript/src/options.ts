import { InvalidRequestError } from './errors.js';
import type { RetryPolicy } from './retry.js';
import { machine, type Runtime } from './runtime.js';

/** What a client is made of. */
export interface TokenExchangerOptions {
  /** Where the exchange API is, for instance `https://tokens.example.com`. Plain http only on this machine (localhost). */
  readonly baseUrl: string;
  /**
   * Key of your server (`te_sk_…`), or a function that returns one or a `private_key_jwt` assertion. The function is
   * asked before every try, because keys rotate and an assertion serves once.
   */
  readonly credential: string | (() => string | Promise<string>);
  /** Stands in for the global `fetch`, for instance to go through a proxy. */
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds that one call may take, all its retries included. 15000 unless given. */
  readonly timeoutMs?: number;
  /** Repeats after the first try of a call that is safe to repeat. 2 unless given. */
  readonly maxRetries?: number;
  /** Longest wait before a repeat in milliseconds; a longer `Retry-After` is thrown to you instead. 8000 unless given. */
  readonly maxRetryDelayMs?: number;
  /** Put before the SDK's own `User-Agent`, for instance `notes/1.4`. */
  readonly appInfo?: string;
  /** Clock, sleep and randomness for tests. */
  readonly runtime?: Partial<Runtime>;
}

/** What every call takes. */
export interface CallOptions {
  /** Ends the call, its waits included; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds for this call, in place of the client's. */
  readonly timeoutMs?: number;
}

/** Options after checking, with every default filled in. */
export interface Settings {
  readonly baseUrl: string;
  readonly credential: () => Promise<string>;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly userAgentPrefix: string;
  readonly runtime: Runtime;
}

const TEN_MINUTES_MS = 600_000;

/** @throws InvalidRequestError that names the option and its rule */
export function checkOptions(options: TokenExchangerOptions): Settings {
  return {
    baseUrl: checkBaseUrl(options.baseUrl),
    credential: credentialSource(options.credential),
    // Bound when called, because a test or a tracer may replace the global later.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    timeoutMs: checkNumber('timeoutMs', options.timeoutMs ?? 15_000, { min: 1, max: TEN_MINUTES_MS }),
    retry: {
      maxRetries: checkNumber('maxRetries', options.maxRetries ?? 2, { min: 0, max: 10 }),
      baseDelayMs: 250,
      maxDelayMs: checkNumber('maxRetryDelayMs', options.maxRetryDelayMs ?? 8_000, { min: 0, max: TEN_MINUTES_MS }),
    },
    userAgentPrefix: checkAppInfo(options.appInfo),
    runtime: { ...machine, ...options.runtime },
  };
}

/** @throws InvalidRequestError when the number is outside the bounds */
export function checkNumber(name: string, value: number, { min, max }: { min: number; max: number }): number {
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw new InvalidRequestError('invalid_request', `${name} must be a number from ${min} to ${max}`);
}

/** Hosts for which plain http is fine, because the bytes never leave the machine. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1' || hostname === '[::1]';

function checkBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (!url || !scheme || url.username || url.password || url.search || url.hash) {
    const rule = 'baseUrl must be an https URL (http only on localhost) without user, query and fragment';
    throw new InvalidRequestError('invalid_request', rule);
  }
  return url.href.replace(/\/+$/, '');
}

function credentialSource(credential: TokenExchangerOptions['credential']): () => Promise<string> {
  if (typeof credential === 'function') return async () => checkCredential(await credential());
  const checked = checkCredential(credential);
  return () => Promise.resolve(checked);
}

/** Checked here because `fetch` would put a credential with a stray line break into the text of its error. */
function checkCredential(credential: string): string {
  if (typeof credential === 'string' && /^[\x21-\x7e]+$/.test(credential)) return credential;
  throw new InvalidRequestError('invalid_request', 'credential must be printable ASCII without spaces or line breaks');
}

function checkAppInfo(appInfo = ''): string {
  if (/^[\x20-\x7e]{0,120}$/.test(appInfo)) return appInfo && `${appInfo} `;
  throw new InvalidRequestError('invalid_request', 'appInfo must be at most 120 characters of printable ASCII');
}
