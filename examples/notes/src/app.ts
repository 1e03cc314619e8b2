import { TokenExchanger, TokenExchangerError } from '@token-exchanger/sdk';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { note } from './cards.js';
import { connectingRoutes } from './connecting.js';
import { explain } from './explain.js';
import { securityHeaders } from './headers.js';
import { homeRoutes } from './home.js';
import { html } from './html.js';
import { messagePage } from './pages.js';
import { sources as sourcesOf } from './providers.js';
import { checkCsrf, type Session, sessionOf, Sessions } from './sessions.js';
import type { Settings } from './settings.js';
import { STYLE } from './style.js';

/** Notes as an Express app: all its routes, in order. */
export function createApp(settings: Settings): Express {
  const { tokenExchangerUrl: baseUrl, tokenExchangerKey: credential, publicUrl } = settings;
  const tokens = new TokenExchanger({ baseUrl, credential, appInfo: 'notes-example/1.0' });
  const sources = sourcesOf(settings);
  const sessions = new Sessions(publicUrl);

  const app = express().disable('x-powered-by');
  app.use(securityHeaders);
  app.get('/health', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/notes.css', (_request, response) => {
    response.set('cache-control', 'max-age=300').type('css').send(STYLE);
  });
  app.use(express.urlencoded({ extended: false, limit: '8kb' }), sessions.middleware, checkCsrf);
  app.use(homeRoutes({ tokens, sources, sessions }));
  app.use(connectingRoutes({ tokens, sources, publicUrl }));
  app.use((_request, response) => {
    response.status(404).send(messagePage(sessionOf(response), 'Not here', html`<p>There is no such page.</p>`));
  });
  app.use(errorPage);
  return app;
}

const errorPage: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  const { status, title, text, requestId } = explain(error);
  if (status >= 500 || error instanceof TokenExchangerError) note(error);
  const session = response.locals['session'] as Session | undefined;
  const quote = requestId !== undefined && html`<p><small>Request ${requestId}</small></p>`;
  response.status(status).send(
    messagePage(
      session,
      title,
      html`<p>${text}</p>
        ${quote}`,
    ),
  );
};
