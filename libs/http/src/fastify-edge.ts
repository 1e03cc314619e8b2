import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { answerFor } from './answer.js';
import { bodyLimit, createEdge, type Edge, type EdgeSettings } from './edge.js';
import { refusalOf } from './edge-refusal.js';
import { refuseRequest } from './refuse-request.js';
import { requestIdOf } from './request-context.js';
import { unreadableRequest } from './unreadable-request.js';

/** The parts of Fastify that the edge touches: the adapter does not pass its types on. */
interface Request {
  readonly raw: IncomingMessage;
  readonly routeOptions?: { readonly url?: string | undefined };
}
interface Reply {
  readonly raw: ServerResponse;
  code(status: number): Reply;
  headers(values: Readonly<Record<string, string>>): Reply;
  send(body: object): Reply;
}

/**
 * Options for `new FastifyAdapter(...)`. They cannot be set later: size limit, what happens to a URL that the router
 * cannot decode (it never reaches the filter), and to bytes that are not HTTP.
 */
export function fastifyEdgeOptions(settings: EdgeSettings) {
  const edge = createEdge(settings);
  return {
    bodyLimit,
    logger: false,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    trustProxy: settings.trustedProxies?.length ? [...settings.trustedProxies] : false,
    requestTimeout: 15_000,
    // Unknown, because the types of all three hang on the kind of server, which is settled only by the caller.
    frameworkErrors: (error: unknown, request: unknown, reply: unknown) =>
      answerUnroutable(edge, error as { readonly statusCode?: number }, request as Request, reply as Reply),
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => unreadableRequest(error, socket, settings),
  } as const;
}

function answerUnroutable(edge: Edge, error: { readonly statusCode?: number }, request: Request, reply: Reply): void {
  edge.begin(request.raw, reply.raw, () => undefined);
  const context = { requestId: requestIdOf(request), exchangeUrl: edge.settings.exchangeUrl };
  const { status, headers, body } = answerFor(refusalOf(error.statusCode ?? 400), context);
  reply.code(status).headers(headers).send(body);
}

/** Hooks instead of middleware: they cost less, and see requests for which there is no route as well. */
export function installOnFastify(adapter: FastifyAdapter, edge: Edge): void {
  const fastify = adapter.getInstance();
  if (fastify.initialConfig.bodyLimit !== bodyLimit)
    throw new Error('make the FastifyAdapter with fastifyEdgeOptions()');
  fastify.addHook('onRequest', (request, reply, done) => {
    edge.begin(request.raw, reply.raw, () => request.routeOptions?.url);
    done(refuseRequest(request.raw, edge.bodyTypes));
  });
  fastify.removeContentTypeParser('text/plain');
  // Nest adds a parser for forms unless one is there.
  if (!edge.settings.forms) {
    adapter.useBodyParser('application/x-www-form-urlencoded', false, { bodyLimit }, (_request, _body, done) => {
      done(refusalOf(415), undefined);
    });
  }
}
