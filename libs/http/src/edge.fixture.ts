import 'reflect-metadata';
import { Body, Controller, Param, Query, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Failure, type FailureCode, type FailureDetails } from '#libs/kernel';
import { createLogger, Metrics } from '#libs/telemetry';
import { z } from 'zod';
import { ErrorsController } from './errors-controller.js';
import { fastifyEdgeOptions } from './fastify-edge.js';
import { healthController, type HealthChecks } from './health-controller.js';
import { installEdge } from './install-edge.js';
import { metricsController } from './metrics-controller.js';
import { Route } from './route.js';
import { text } from './text.js';

export const canary = 'CANARY0c4n4ry';

const Greeting = z.strictObject({
  user_id: text({ max: 255, pattern: /^[\x21-\x7e]+$/, must: 'must be printable ASCII' }),
  scopes: z
    .array(text({ max: 64 }))
    .max(3)
    .optional(),
  min_validity: z.int().min(0).max(300).optional(),
  kind: z.enum(['a', 'b']).optional(),
});
type Greeting = z.infer<typeof Greeting>;

const UserPath = z.strictObject({ user_id: text({ max: 255 }) });
type UserPath = z.infer<typeof UserPath>;

const Page = z.strictObject({ cursor: text({ max: 64 }).optional() });
type Page = z.infer<typeof Page>;

/** What the next call of `/fail` throws. */
export const next: { error: unknown } = { error: undefined };

export const failing = (code: FailureCode, details: FailureDetails = {}): Failure =>
  new Failure(code, 'said to the caller', details, { cause: new Error(canary) });

@Controller()
export class GreetingController {
  @Route({ method: 'POST', path: '/greet', audit: { records: ['greeted'] } })
  greet(@Body({ schema: Greeting }) body: Greeting): object {
    return { greeted: body.user_id };
  }

  @Route({ method: 'GET', path: '/user/:user_id/page', audit: { unaudited: 'a test' } })
  page(@Param({ schema: UserPath }) path: UserPath, @Query({ schema: Page }) query: Page): object {
    return { ...path, ...query };
  }

  @Route({ method: 'POST', path: '/made', audit: { unaudited: 'a test' }, status: 201 })
  made(): object {
    return {};
  }

  @Route({ method: 'GET', path: '/fail', audit: { unaudited: 'a test' } })
  fail(): never {
    throw next.error;
  }

  @Route({ method: 'POST', path: '/unchecked', audit: { unaudited: 'a test' } })
  unchecked(@Body() body: object): object {
    return body;
  }
}

export const health: { checks: Record<string, () => Promise<unknown>> } & HealthChecks = { checks: {}, timeoutMs: 50 };

export interface Running {
  readonly app: INestApplication;
  readonly url: string;
  readonly lines: string[];
}

export const adapters = ['fastify', 'express'] as const;

export async function start(
  name: (typeof adapters)[number],
  over: { pages?: boolean; forms?: boolean } = {},
): Promise<Running> {
  const lines: string[] = [];
  const logger = createLogger({ app: name, level: 'info', destination: { write: (line) => void lines.push(line) } });
  const metrics = new Metrics({ app: name, processMetrics: false });
  const origin = 'https://exchange.example';
  const settings = { logger, metrics, exchangeUrl: origin, ownUrl: origin, ...over };
  const controllers: Type[] = [
    GreetingController,
    ErrorsController,
    healthController(health),
    metricsController(metrics),
  ];
  const adapter = name === 'fastify' ? new FastifyAdapter(fastifyEdgeOptions(settings)) : new ExpressAdapter();
  class TestModule {}
  const app = await NestFactory.create({ module: TestModule, controllers }, adapter, { logger: false });
  installEdge(app, settings);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  return { app, url: `http://127.0.0.1:${port}`, lines };
}

/** Checks that an answer is an error in the documented shape, and returns its body. */
export async function expectError(
  response: Response,
  status: number,
  code: FailureCode,
  description?: string | RegExp,
) {
  const body = (await response.json()) as Record<string, unknown>;
  expect({ status: response.status, ...body }).toMatchObject({
    status,
    error: code,
    error_uri: `https://exchange.example/errors/${code}`,
    request_id: response.headers.get('x-request-id'),
  });
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('content-type')).toContain('application/json');
  if (description) expect(body['error_description']).toMatch(description);
  return body;
}
