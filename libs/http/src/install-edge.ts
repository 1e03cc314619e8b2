import type { INestApplication } from '@nestjs/common';
import type { ExpressAdapter } from '@nestjs/platform-express';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { auditedRoutes, type AuditedRoute } from './audited-routes.js';
import { createEdge, type EdgeSettings } from './edge.js';
import { answerUnreadable, installOnExpress } from './express-edge.js';
import { FailureFilter } from './failure-filter.js';
import { installOnFastify } from './fastify-edge.js';
import { nestLogger } from './nest-logger.js';
import { SchemaPipe } from './schema-pipe.js';

/**
 * Everything that wraps a handler, in the order in which a request meets it. Call it between `NestFactory.create` and
 * `init` or `listen`. Returns the list of routes with their audit policies.
 */
export function installEdge(app: INestApplication, settings: EdgeSettings): readonly AuditedRoute[] {
  // Refuses to start with a route that has no audit policy.
  const routes = auditedRoutes(app);
  const edge = createEdge(settings);
  const adapter = app.getHttpAdapter();
  // What Nest has to say goes through the redacting log.
  app.useLogger(nestLogger(settings.logger));
  // Request id, security headers, log line at the end, doubled headers, bad paths, body type and size, body parser.
  if (adapter.getType() === 'fastify') installOnFastify(adapter as unknown as FastifyAdapter, edge);
  else installOnExpress(adapter as ExpressAdapter, edge);
  // Bytes that are not HTTP; on Fastify an option of the adapter does this.
  if (adapter.getType() === 'express') answerUnreadable(app.getHttpServer(), edge);
  // Guards of the app come here: who is calling.
  // Parameters against their schemas.
  app.useGlobalPipes(new SchemaPipe());
  // The handler. Whatever it throws, and whatever was refused above, becomes an answer here.
  const { logger, exchangeUrl, pages = false, asFailure } = settings;
  app.useGlobalFilters(new FailureFilter({ adapter, logger, exchangeUrl, routes, pages, asFailure }));
  // Lets a stop signal drain the app instead of cutting it off.
  app.enableShutdownHooks();
  return routes;
}
