import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import type { RequestHandler } from 'express';
import type { ConnectionsConfig } from '#libs/config';
import { installEdge, type AuditedRoute } from '#libs/http';
import { Metrics, type Logger } from '#libs/telemetry';
import { AppModule } from './app.module.js';
import { buildParts } from './parts.js';
import { asUnavailable } from './unavailable.js';

export interface ConnectionsApp {
  readonly app: NestExpressApplication;
  /** Every route with its audit policy. */
  readonly routes: readonly AuditedRoute[];
}

/** The connections app, ready to listen. Closing it finishes requests under way and ends its connections. */
export async function createConnectionsApp(config: ConnectionsConfig, logger: Logger): Promise<ConnectionsApp> {
  const metrics = new Metrics({ app: 'connections' });
  const parts = await buildParts(config, { logger, metrics });
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(parts), new ExpressAdapter(), {
    logger: false,
  });
  const routes = installEdge(app, {
    logger,
    metrics,
    exchangeUrl: config.exchangeUrl,
    ownUrl: config.connectionsUrl,
    trustedProxies: config.trustedProxies,
    forms: true,
    pages: true,
    asFailure: asUnavailable,
  });
  app.use(forPeople(parts.sessions.middleware));
  return { app, routes };
}

/** Health, metrics and styles are asked for all the time and belong to nobody: no session is looked up for them. */
function forPeople(middleware: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (/^\/(health\/|metrics$|style-)/.test(request.path)) return next();
    return middleware(request, response, next);
  };
}
