import type { TokenExchanger } from '@token-exchanger/sdk';
import { type Request, type Response, Router } from 'express';
import { html } from './html.js';
import { leavingPage, messagePage } from './pages.js';
import type { Person } from './people.js';
import type { Source } from './providers.js';
import { field, sessionOf } from './sessions.js';

/** What the three routes need. */
export interface Connecting {
  readonly tokens: TokenExchanger;
  readonly sources: readonly Source[];
  readonly publicUrl: string;
}

/** Connect, come back, disconnect. */
export function connectingRoutes(context: Connecting): Router {
  const router = Router();
  router.post('/connect/:provider', (request, response) => begin(context, request, response));
  router.get('/connected', (request, response) => comeBack(context, request, response));
  router.post('/disconnect/:provider', (request, response) => disconnect(context, request, response));
  return router;
}

async function begin({ tokens, sources, publicUrl }: Connecting, request: Request, response: Response): Promise<void> {
  const person = personOf(response);
  const source = sources.find((one) => one.provider === request.params['provider']);
  if (!person) return response.redirect(303, '/');
  if (!source) return void response.status(404).send(unknownProvider(response));
  const started = await tokens.connect.start({
    userId: person.id,
    provider: source.provider,
    scopes: source.scopes,
    returnUrl: `${publicUrl}/connected`,
  });
  response.append('set-cookie', started.cookie.header);
  response.send(leavingPage(source, started.connectUrl));
}

async function comeBack({ tokens, sources }: Connecting, request: Request, response: Response): Promise<void> {
  const session = sessionOf(response);
  const back = tokens.connect.parseReturn(request.originalUrl);
  // The person is the one of this browser's session; the URL is anybody's.
  if (!back || !session.person) return response.redirect(303, '/');
  for (const cookie of back.sessionId === undefined ? [] : tokens.connect.clearCookies(back.sessionId)) {
    response.append('set-cookie', cookie.header);
  }
  if (back.outcome === 'refused') return void response.send(refused(response, back.error));
  const { provider, account } = await tokens.connect.complete({
    sessionId: back.sessionId,
    completionCode: back.completionCode,
    userId: session.person.id,
    cookies: request.headers.cookie,
  });
  const name = sources.find((one) => one.provider === provider)?.name ?? provider;
  session.flash = `Connected: ${account.label} at ${name}.`;
  response.redirect(303, '/');
}

async function disconnect({ tokens, sources }: Connecting, request: Request, response: Response): Promise<void> {
  const session = sessionOf(response);
  const source = sources.find((one) => one.provider === request.params['provider']);
  if (!session.person) return response.redirect(303, '/');
  if (!source) return void response.status(404).send(unknownProvider(response));
  const connectionId = field(request, 'connection');
  const { upstream, tokenLivesUntil } = await tokens.revoke({
    userId: session.person.id,
    provider: source.provider,
    ...(connectionId && { connectionId }),
  });
  const until = tokenLivesUntil ? ` A token that is already out works until ${tokenLivesUntil.toUTCString()}.` : '';
  const there = upstream === 'revoked' ? ` ${source.name} has revoked the token.` : until;
  session.flash = `Notes has given up its access to ${source.name}.${there}`;
  response.redirect(303, '/');
}

const personOf = (response: Response): Person | undefined => sessionOf(response).person;

const unknownProvider = (response: Response): string =>
  messagePage(sessionOf(response), 'No such account', html`<p>Notes does not know that provider.</p>`);

const refused = (response: Response, error: string): string =>
  error === 'access_denied'
    ? messagePage(
        sessionOf(response),
        'Not connected',
        html`<p>You said no, so nothing was connected. That is fine.</p>`,
      )
    : messagePage(
        sessionOf(response),
        'Not connected',
        html`<p>It did not work this time (${error}). You can try again.</p>`,
      );
