import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ExpressAdapter } from '@nestjs/platform-express';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { bodyLimit, type Edge } from './edge.js';
import { EdgeRefusal } from './edge-refusal.js';
import { refuseRequest } from './refuse-request.js';
import { unreadableRequest } from './unreadable-request.js';

/** Middleware in the order in which requests meet it. Must run before Nest adds its own, that is, before `init`. */
export function installOnExpress(adapter: ExpressAdapter, edge: Edge): void {
  const app: Express = adapter.getInstance();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.set('query parser', 'simple');
  app.set('trust proxy', edge.settings.trustedProxies?.length ? [...edge.settings.trustedProxies] : false);
  app.use((request: Request, response: Response, next: NextFunction) => {
    edge.begin(request, response, () => (request.route as { path?: string } | undefined)?.path);
    next(refuseRequest(request, edge.bodyTypes));
  });
  // Nest leaves its own parsers out when it finds ones of these names.
  app.use(express.json({ limit: bodyLimit, strict: true, inflate: false, reviver: refusePrototype }));
  if (edge.settings.forms) {
    app.use(express.urlencoded({ limit: bodyLimit, extended: false, inflate: false, parameterLimit: 100 }));
  } else {
    app.use(function urlencodedParser(_request: Request, _response: Response, next: NextFunction) {
      next();
    });
  }
}

/** Express has no option for it, so each server that listens gets the handler. */
export function answerUnreadable(server: Server, edge: Edge): void {
  server.requestTimeout = 15_000;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    unreadableRequest(error, socket, edge.settings);
  });
}

/** The other framework refuses this by itself. A key that reaches into prototypes is never an honest field. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new EdgeRefusal(400, 'invalid_request', 'body: must not contain __proto__');
  return value;
}
