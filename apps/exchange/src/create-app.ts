import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ExchangeConfig } from '#libs/config';
import { fastifyEdgeOptions, installEdge, type AuditedRoute, type EdgeSettings } from '#libs/http';
import { Metrics, type Logger } from '#libs/telemetry';
import { AppModule } from './app.module.js';
import { buildParts } from './parts.js';
import { asUnavailable } from './unavailable.js';

// A user_id of 255 characters, each of them percent-encoded; the router's own limit is 100.
const maxParamLength = 255 * 3;

export interface ExchangeApp {
  readonly app: NestFastifyApplication;
  /** Every route with its audit policy. */
  readonly routes: readonly AuditedRoute[];
}

/** The exchange app, ready to listen. Closing it finishes requests under way and ends its connections. */
export async function createExchangeApp(config: ExchangeConfig, logger: Logger): Promise<ExchangeApp> {
  const metrics = new Metrics({ app: 'exchange' });
  const parts = await buildParts(config, { logger, metrics });
  const edge: EdgeSettings = {
    logger,
    metrics,
    exchangeUrl: config.exchangeUrl,
    ownUrl: config.exchangeUrl,
    trustedProxies: config.trustedProxies,
    asFailure: asUnavailable,
  };
  const adapter = new FastifyAdapter({ ...fastifyEdgeOptions(edge), routerOptions: { maxParamLength } });
  endConnectionsWhenClosing(adapter);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(parts), adapter, { logger: false });
  return { app, routes: installEdge(app, edge) };
}

/**
 * Callers keep their connections open. Those that are idle end when the app closes; one that is still being answered
 * has to be told, or the app would wait a minute for it to fall silent.
 */
function endConnectionsWhenClosing(adapter: FastifyAdapter): void {
  const fastify = adapter.getInstance();
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('Connection', 'close');
    done();
  });
}
