import type { GithubApp } from './apps.js';

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * The redirect URI that a request may use, or undefined when it names one that the app did not register.
 * Rules: docs.github.com "Authorizing OAuth apps" (redirect URLs, loopback) and its table of wildcard matches.
 */
export function allowedRedirect(app: GithubApp, asked: string | undefined): string | undefined {
  if (asked === undefined) return app.redirectUris[0];
  if (app.redirectUris.includes(asked)) return asked;
  if (!URL.canParse(asked)) return undefined;
  const wanted = new URL(asked);
  if (wanted.username !== '' || wanted.hash !== '') return undefined;
  const fits = app.wildcard ? fitsWildcard : fitsExactly;
  const match = app.redirectUris
    .map((uri) => new URL(uri))
    .some((known) => samePort(known, wanted) && fits(known, wanted));
  return match ? asked : undefined;
}

/** Same scheme and port; on loopback a program listens where it can, so any port. */
function samePort(known: URL, wanted: URL): boolean {
  if (known.protocol !== wanted.protocol) return false;
  return known.port === wanted.port || (loopback.has(known.hostname) && known.hostname === wanted.hostname);
}

function fitsExactly(known: URL, wanted: URL): boolean {
  return known.hostname === wanted.hostname && known.pathname === wanted.pathname && known.search === wanted.search;
}

/** The host or a sub-domain, the path or a directory below it. */
function fitsWildcard(known: URL, wanted: URL): boolean {
  const sameHost = wanted.hostname === known.hostname || wanted.hostname.endsWith(`.${known.hostname}`);
  const folder = known.pathname.endsWith('/') ? known.pathname : `${known.pathname}/`;
  return sameHost && (wanted.pathname === known.pathname || wanted.pathname.startsWith(folder));
}
