import { InvalidRequestError } from './errors.js';
import { isLoopback } from './options.js';
import type { Runtime } from './runtime.js';

/** A cookie for you to set on your own site. */
export interface ConnectCookie {
  readonly name: string;
  readonly value: string;
  /**
   * For a cookie function of your framework. The end is a date because frameworks disagree about the unit of `maxAge`
   * (Express counts milliseconds, the `cookie` package seconds).
   */
  readonly options: {
    readonly httpOnly: true;
    readonly sameSite: 'lax';
    readonly secure: boolean;
    readonly path: '/';
    readonly expires: Date;
  };
  /** The whole value of a `Set-Cookie` header. The simplest way: append it to your answer as it is. */
  readonly header: string;
}

/** Seconds; no longer than a connect link lives. */
const LIFETIME = 600;
const NONCE_BYTES = 32;

/**
 * A nonce says by its first bit through which cookie it must come back: set, by a `__Host-` cookie. Browsers let nobody
 * but this very host write one of those over https, while any neighbour under the same domain could plant a plain one,
 * and with it his own session, into another person's browser. Hence a plain cookie never completes a secure session.
 */
export function makeNonce(runtime: Runtime, secure: boolean): string {
  const bytes = Uint8Array.from(runtime.randomBytes(NONCE_BYTES));
  const first = bytes[0] ?? 0;
  bytes[0] = secure ? first | 0x80 : first & 0x7f;
  return base64url(bytes);
}

/** SHA-256 of the nonce, base64url: all that the platform learns of it before the end. */
export async function bindingOf(nonce: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(nonce))));
}

/** Secure, unless the page to return to is on this machine, where some browsers refuse secure cookies over http. */
export function needsSecureCookie(returnUrl: string | undefined): boolean {
  if (returnUrl === undefined) return true;
  if (!URL.canParse(returnUrl)) throw new InvalidRequestError('invalid_request', 'returnUrl must be an absolute URL');
  const { protocol, hostname } = new URL(returnUrl);
  return !(protocol === 'http:' && isLoopback(hostname));
}

export function connectCookie(sessionId: string, nonce: string, use: { secure: boolean; now: number }): ConnectCookie {
  return cookie(cookieName(sessionId, use.secure), nonce, { ...use, lifetime: LIFETIME });
}

/** A cookie that removes the one of `connectCookie`. */
export function clearedCookie(sessionId: string, secure: boolean): ConnectCookie {
  return cookie(cookieName(sessionId, secure), '', { secure, now: 0, lifetime: 0 });
}

/** The nonce among the cookies of a request, if it came back the way that it says. */
export function nonceIn(
  cookies: string | Readonly<Record<string, string | undefined>> | undefined,
  sessionId: string,
): string | undefined {
  for (const secure of [true, false]) {
    const nonce = valueOf(cookies, cookieName(sessionId, secure));
    if (nonce && isNonce(nonce) && isForSecureCookie(nonce) === secure) return nonce;
  }
  return undefined;
}

const cookieName = (sessionId: string, secure: boolean): string => `${secure ? '__Host-' : ''}te_connect_${sessionId}`;

/** 32 bytes in base64url; the first six bits are the first letter, and the upper half of the alphabet starts at `g`. */
const isNonce = (value: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(value);
const isForSecureCookie = (nonce: string): boolean => /^[g-z0-9_-]/.test(nonce);

function cookie(name: string, value: string, use: { secure: boolean; now: number; lifetime: number }): ConnectCookie {
  const expires = new Date(use.now + use.lifetime * 1000);
  const attributes = [
    'Path=/',
    `Max-Age=${use.lifetime}`,
    'HttpOnly',
    'SameSite=Lax',
    ...(use.secure ? ['Secure'] : []),
  ];
  return {
    name,
    value,
    options: { httpOnly: true, sameSite: 'lax', secure: use.secure, path: '/', expires },
    header: [`${name}=${value}`, ...attributes].join('; '),
  };
}

function valueOf(
  cookies: string | Readonly<Record<string, string | undefined>> | undefined,
  name: string,
): string | undefined {
  if (typeof cookies !== 'string') return cookies && Object.hasOwn(cookies, name) ? cookies[name] : undefined;
  const pair = cookies.split(';').find((one) => one.trim().startsWith(`${name}=`));
  return pair?.trim().slice(name.length + 1);
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
