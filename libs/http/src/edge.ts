import { systemClock, systemRandom, type Clock, type Failure, type Random } from '#libs/kernel';
import { requestLog, type Logger, type Metrics } from '#libs/telemetry';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { beginContext, contextOf } from './request-context.js';
import { setSecurityHeaders } from './security-headers.js';

/** No call needs more; what is larger is refused before it is read. Bytes. */
export const bodyLimit = 64 * 1024;

export interface EdgeSettings {
  readonly logger: Logger;
  /** Origin of the exchange app: the error pages are there. */
  readonly exchangeUrl: string;
  /** Origin of this very app; decides whether to insist on https. */
  readonly ownUrl: string;
  readonly metrics?: Metrics;
  /** Addresses or ranges whose X-Forwarded-* headers are believed. */
  readonly trustedProxies?: readonly string[];
  /** HTML forms are accepted beside JSON. */
  readonly forms?: boolean;
  /** Browsers get errors as pages. */
  readonly pages?: boolean;
  /** Turns what the app's own parts throw into the error that is meant for callers; undefined leaves it unexpected. */
  readonly asFailure?: (error: unknown) => Failure | undefined;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** The parts of the edge that do not care which framework carries them. */
export interface Edge {
  readonly settings: EdgeSettings;
  readonly bodyTypes: readonly string[];
  /** First thing done to a request: an id, the headers of every answer, and a line in the log at its end. */
  begin(request: IncomingMessage, response: ServerResponse, route: () => string | undefined): void;
}

export function createEdge(settings: EdgeSettings): Edge {
  const { clock = systemClock, random = systemRandom } = settings;
  const https = settings.ownUrl.startsWith('https:');
  const finished = observer(settings, clock);
  return {
    settings,
    bodyTypes: ['application/json', ...(settings.forms ? ['application/x-www-form-urlencoded'] : [])],
    begin(request, response, route) {
      response.setHeader('X-Request-Id', beginContext(request, clock, random).requestId);
      setSecurityHeaders(response, { https });
      response.once('close', () => finished(request, response, route()));
    },
  };
}

type Seconds = ReturnType<typeof metered>;
const known = new WeakMap<Metrics, Seconds>();

/** One histogram for one registry, however often the edge is made from the same settings. */
function secondsOf(metrics: Metrics): Seconds {
  const seconds = known.get(metrics) ?? metered(metrics);
  known.set(metrics, seconds);
  return seconds;
}

function metered(metrics: Metrics) {
  return metrics.histogram({
    name: 'http_request_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labels: ['method', 'route', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2, 10],
  });
}

function observer({ logger, metrics }: EdgeSettings, clock: Clock) {
  const seconds = metrics && secondsOf(metrics);
  return (request: IncomingMessage, response: ServerResponse, route: string | undefined): void => {
    const context = contextOf(request);
    if (!context) return;
    const { method = '' } = request;
    const durationMs = clock.monotonic() - context.startedAt;
    // 499: the caller left before the answer was whole. No standard status says so.
    const status = response.writableFinished ? response.statusCode : 499;
    seconds?.observe({ method, route: route ?? 'unmatched', status: String(status) }, durationMs / 1000);
    if (!logger.isLevelEnabled('info')) return;
    logger.info(requestLog({ method, route, status, durationMs, ...context }), 'request');
  };
}
