import { isIP } from 'node:net';
import { isPublicAddress } from './address-guard.js';
import { EgressError } from './egress-error.js';

/** Where a call goes, after the rules that need no network. */
export interface Target {
  readonly url: URL;
  readonly secure: boolean;
  /** Host name or bare IP address (no brackets). */
  readonly host: string;
  readonly port: number;
  /** True when an operator named this very origin, which may then be private and plain HTTP. */
  readonly privateAllowed: boolean;
}

/**
 * Reads a URL and refuses what may never be called. The URL parser has already turned every spelling of an
 * IPv4 address (decimal, octal, hexadecimal, short) into the usual one, and host names into lower-case ASCII.
 * @throws EgressError stage `blocked`
 */
export function readTarget(text: string | URL, allowedPrivateOrigins: ReadonlySet<string>): Target {
  const url = parse(text);
  const refuse = (why: string) => new EgressError('blocked', false, url.origin, why);
  const privateAllowed = allowedPrivateOrigins.has(url.origin);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse('scheme');
  if (url.protocol === 'http:' && !privateAllowed) throw refuse('not_https');
  if (url.username !== '' || url.password !== '') throw refuse('credentials_in_url');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !privateAllowed && !isPublicAddress(host)) throw refuse('address');
  const secure = url.protocol === 'https:';
  return { url, secure, host, port: url.port === '' ? (secure ? 443 : 80) : Number(url.port), privateAllowed };
}

function parse(text: string | URL): URL {
  try {
    return new URL(text);
  } catch {
    throw new EgressError('blocked', false, 'an unreadable URL', 'url');
  }
}

/**
 * Checks a list of origins as configuration gives it.
 * @throws Error naming the entry that is not exactly an origin (`https://host[:port]`, no path, no slash at the end)
 */
export function readOrigins(list: readonly string[]): ReadonlySet<string> {
  for (const entry of list) {
    if (!URL.canParse(entry) || new URL(entry).origin !== entry) {
      throw new Error(`allowedPrivateOrigins: "${entry}" is not an origin such as http://localhost:4010`);
    }
  }
  return new Set(list);
}
