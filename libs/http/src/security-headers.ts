import type { ServerResponse } from 'node:http';

/** For answers that are data: nothing in them may run, be framed, be sniffed, be kept or tell where it was linked from. */
const headers = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

const entries = Object.entries(headers);

/** Sets the defaults; a handler that answers with a page replaces what it must. */
export function setSecurityHeaders(response: ServerResponse, options: { readonly https: boolean }): void {
  for (const [name, value] of entries) response.setHeader(name, value);
  // RFC 6797 section 7.2 forbids it over plain http.
  if (options.https) response.setHeader('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
}
