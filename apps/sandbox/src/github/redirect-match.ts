import type { GithubApp } from './apps.js';

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * The redirect URI that a request may use, or undefined when it names one that the app did not register.
 * Rules: docs.github.com "Authorizing OAuth apps" (redirect URLs, loopback) and its table of wildcard matches.
 */
export function allowedRedirect(app: GithubApp, asked: string | undefined): string | undefined {
  if (asked === undefined) return app.redirectUris[0];
  if (!URL.canParse(asked)) return undefined;
  return app.redirectUris.some((registered) => matches(registered, asked, app.wildcard)) ? asked : undefined;
}

function matches(registered: string, asked: string, wildcard: boolean): boolean {
  if (registered === asked) return true;
  const known = new URL(registered);
  const wanted = new URL(asked);
  if (known.protocol !== wanted.protocol || wanted.username !== '' || wanted.hash !== '') return false;
  // A program on the person's machine listens where it can: on loopback the port is not compared.
  const samePort = known.port === wanted.port || (loopback.has(known.hostname) && known.hostname === wanted.hostname);
  if (!samePort) return false;
  if (!wildcard)
    return known.hostname === wanted.hostname && known.pathname === wanted.pathname && known.search === wanted.search;
  const sameHost = wanted.hostname === known.hostname || wanted.hostname.endsWith(`.${known.hostname}`);
  const folder = known.pathname.endsWith('/') ? known.pathname : `${known.pathname}/`;
  return sameHost && (wanted.pathname === known.pathname || wanted.pathname.startsWith(folder));
}
