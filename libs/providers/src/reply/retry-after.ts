import type { EgressResponse } from '#libs/egress';

const hour = 3_600_000;
const least = 1000;

/**
 * How long the provider asks to wait, in milliseconds, between a second and an hour: an absurd value must neither stop
 * an account for years nor let a herd come back at once. Undefined when it does not say, or not readably.
 * Both forms of RFC 9110 section 10.2.3; a date is measured against the provider's own clock where it sends one.
 */
export function retryAfterMs({ headers }: Pick<EgressResponse, 'headers'>, now: Date): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d+$/.test(value)) return bounded(Number(value) * 1000);
  // Date.parse would read "-5" as a year.
  if (!/[A-Za-z]{3}/.test(value)) return undefined;
  const until = Date.parse(value);
  return Number.isNaN(until) ? undefined : bounded(until - providerNow(headers.date, now));
}

/** The same for headers that carry seconds since 1970. */
export function resetAfterMs(response: Pick<EgressResponse, 'headers'>, header: string, now: Date): number | undefined {
  const value = response.headers[header.toLowerCase()];
  if (typeof value !== 'string' || !/^\d{1,12}$/.test(value)) return undefined;
  return bounded(Number(value) * 1000 - providerNow(response.headers.date, now));
}

function providerNow(date: string | undefined, now: Date): number {
  const theirs = Date.parse(date ?? '');
  return Number.isNaN(theirs) ? now.getTime() : theirs;
}

function bounded(ms: number): number {
  return Math.min(hour, Math.max(least, ms));
}
