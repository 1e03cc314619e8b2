import { asWire, optionalNumber } from './read.js';

/** What came back, read to its end. */
export interface Answer {
  readonly status: number;
  /** Parsed JSON, or undefined when it was none. */
  readonly body: unknown;
  readonly requestId: string | undefined;
  /** Seconds that the platform asks to wait before a repeat. */
  readonly retryAfter: number | undefined;
}

/**
 * Reads a reply to its end.
 * @param wallNow milliseconds since 1970 on this machine, used only when the reply has no `Date` of its own
 */
export async function readAnswer(reply: Response, wallNow: () => number): Promise<Answer> {
  const body = parse(await reply.text());
  const wire = asWire(body);
  return {
    status: reply.status,
    body,
    requestId: reply.headers.get('x-request-id') ?? undefined,
    retryAfter: retryAfterSeconds(reply.headers, wallNow) ?? (wire && optionalNumber(wire, 'retry_after')),
  };
}

/**
 * `Retry-After` in seconds; it comes as a number or as a date (RFC 9110 section 10.2.3). A date is compared with the
 * reply's own `Date`, so that a wrong clock on this machine changes nothing.
 */
export function retryAfterSeconds(headers: Headers, wallNow: () => number): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const at = Date.parse(value);
  if (Number.isNaN(at)) return undefined;
  const sent = Date.parse(headers.get('date') ?? '');
  return Math.max(0, Math.ceil((at - (Number.isNaN(sent) ? wallNow() : sent)) / 1000));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
