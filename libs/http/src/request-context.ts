import type { IncomingMessage } from 'node:http';
import { newId, type Clock, type Random } from '#libs/kernel';

/** What is known of a request before anybody looks into it. */
export interface RequestContext {
  readonly requestId: string;
  readonly traceId?: string;
  /** Reading of a monotonic clock when the request came, in milliseconds. */
  readonly startedAt: number;
}

/** A request as either framework hands it out. */
export type AnyRequest = IncomingMessage | { readonly raw: IncomingMessage };

const contexts = new WeakMap<IncomingMessage, RequestContext>();

export function rawOf(request: AnyRequest): IncomingMessage {
  return 'raw' in request ? request.raw : request;
}

/** Begins the context of a request. The id is always ours: one from outside could be made to collide with another's. */
export function beginContext(request: IncomingMessage, clock: Clock, random: Random): RequestContext {
  const traceId = traceIdOf(request.headers['traceparent']);
  const context = { requestId: newId(clock, random), startedAt: clock.monotonic(), ...(traceId ? { traceId } : {}) };
  contexts.set(request, context);
  return context;
}

/** The context of a request that came through the edge; undefined when it did not. */
export function contextOf(request: AnyRequest): RequestContext | undefined {
  return contexts.get(rawOf(request));
}

/** The id that the caller also gets as `X-Request-Id`. */
export function requestIdOf(request: AnyRequest): string {
  return contextOf(request)?.requestId ?? 'unknown';
}

/** The trace id of a valid `traceparent` (W3C Trace Context, section 3.2); a malformed one counts as none. */
export function traceIdOf(header: unknown): string | undefined {
  if (typeof header !== 'string') return undefined;
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(header);
  const [, traceId, parentId] = match ?? [];
  return traceId === undefined || /^0+$/.test(traceId) || /^0+$/.test(parentId ?? '') ? undefined : traceId;
}
