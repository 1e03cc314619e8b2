/** One answered request. There is no place for a URL, a header or an address: they carry codes, states and people. */
export interface RequestFacts {
  readonly method: string;
  /** The pattern that matched, such as `/user/:user_id/connections`; undefined when none did. */
  readonly route: string | undefined;
  readonly status: number;
  readonly durationMs: number;
  readonly requestId: string;
  /** From a valid `traceparent` header (W3C Trace Context). */
  readonly traceId?: string | undefined;
}

/** The fields of a request's log line. */
export function requestLog(facts: RequestFacts): Record<string, unknown> {
  return {
    request_id: facts.requestId,
    ...(facts.traceId ? { trace_id: facts.traceId } : {}),
    method: facts.method,
    route: facts.route ?? 'unmatched',
    status: facts.status,
    duration_ms: Math.round(facts.durationMs * 10) / 10,
  };
}
