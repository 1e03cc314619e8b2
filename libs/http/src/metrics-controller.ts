import { Controller, Res, type Type } from '@nestjs/common';
import type { Metrics } from '#libs/telemetry';
import { Route } from './route.js';

/** `/metrics` in the text format that Prometheus reads. */
export function metricsController(metrics: Metrics): Type {
  @Controller()
  class MetricsController {
    @Route({ method: 'GET', path: '/metrics', audit: { unaudited: 'holds counters and nothing about people' } })
    async show(@Res({ passthrough: true }) response: HeaderSink): Promise<string> {
      const { contentType, body } = await metrics.text();
      response.header('Content-Type', contentType);
      return body;
    }
  }
  return MetricsController;
}

/** What both frameworks' responses can do. */
interface HeaderSink {
  header(name: string, value: string): unknown;
}
