import { Router, urlencoded, type Request, type Response } from 'express';
import { faultGuard } from '../control/fault-guard.js';
import { Notice, sendPage } from '../pages/page.js';
import { cookie, fieldsOf, text, texts, withParams } from '../world/fields.js';
import { randomText } from '../world/random-text.js';
import { findAccount, githubAccounts, type GithubAccount } from './accounts.js';
import { AuthorizePage } from './authorize-page.js';
import { readAuthorizeRequest, type AuthorizeRequest } from './authorize-request.js';
import { errorUri } from './error-docs.js';
import { closure } from './scopes.js';
import type { GithubState } from './state.js';

const sessionCookie = 'sandbox_github';

/** `GET` and `POST /login/oauth/authorize`. */
export function authorizeRoutes(state: GithubState): Router {
  const router = Router();
  router.get('/login/oauth/authorize', faultGuard(state.world.faults, 'github.authorize'), (req, res) =>
    show(state, req, res),
  );
  router.post('/login/oauth/authorize', urlencoded({ extended: false }), (req, res) => decide(state, req, res));
  return router;
}

function show(state: GithubState, req: Request, res: Response): void {
  const reading = readAuthorizeRequest(state.apps, req.query);
  if (reading.kind === 'unknown_client') return sendNotFound(res);
  if (reading.kind === 'refused') return sendError(res, reading, reading.error, reading.description);
  const { request } = reading;
  const signedIn = state.sessions.get(cookie(req, sessionCookie) ?? '');
  if (signedIn && !request.pickAccount && alreadyAllowed(state, request, signedIn))
    return sendCode(state, res, { request }, signedIn);
  const requestId = randomText(state.world.random, 32);
  state.pending.set(requestId, request);
  const selected = findAccount(request.loginHint) ?? signedIn ?? githubAccounts[0];
  sendPage(res, 200, <AuthorizePage requestId={requestId} request={request} selected={selected.login} />);
}

/** No page is shown for what was allowed before, or when nothing is named and anything was. */
function alreadyAllowed(state: GithubState, request: AuthorizeRequest, account: GithubAccount): boolean {
  const before = state.granted(request.app, account);
  if (before === undefined) return false;
  const allowed = closure(before);
  return request.scopes.every((scope) => allowed.has(scope));
}

function decide(state: GithubState, req: Request, res: Response): void {
  const fields = fieldsOf(req);
  const requestId = text(fields, 'request') ?? '';
  const request = state.pending.get(requestId);
  const account = findAccount(text(fields, 'account'));
  if (!request) return sendNotFound(res);
  if (text(fields, 'decision') !== 'authorize') {
    state.pending.delete(requestId);
    return sendError(res, request, 'access_denied', 'The person cancelled the authorization.');
  }
  if (!account) {
    return sendPage(
      res,
      400,
      <Notice service="github" brand="Sandbox GitHub" title="Nobody chosen" text="Go back and choose an account." />,
    );
  }
  state.pending.delete(requestId);
  const session = randomText(state.world.random, 32);
  state.sessions.set(session, account);
  res.cookie(sessionCookie, session, { httpOnly: true, sameSite: 'lax', path: '/github' });
  const ticked = new Set(texts(fields, 'scope'));
  sendCode(state, res, { request, ticked }, account);
}

/** `ticked`: what the person left on; undefined when nobody was asked. */
function sendCode(
  state: GithubState,
  res: Response,
  asked: { request: AuthorizeRequest; ticked?: Set<string> },
  account: GithubAccount,
): void {
  const { request, ticked } = asked;
  const { app, challenge, expiring, target } = request;
  const named = request.scopes.length > 0;
  const allowed = request.scopes.filter((scope) => ticked?.has(scope) ?? true);
  const scopes = named ? allowed : (state.granted(app, account) ?? []);
  state.remember(app, account, scopes);
  const code = state.codes.issue({ app, account, scopes, expiring, redirectUri: target, challenge });
  res.redirect(302, withParams(target, { code, state: request.state }));
}

function sendError(
  res: Response,
  to: { target: string; state: string | undefined },
  error: string,
  description: string,
): void {
  res.redirect(
    302,
    withParams(to.target, { error, error_description: description, error_uri: errorUri(error), state: to.state }),
  );
}

function sendNotFound(res: Response): void {
  const text = 'There is no such app here, or this page was already answered. Start again from the app.';
  sendPage(res, 404, <Notice service="github" brand="Sandbox GitHub" title="Not found" text={text} />);
}
