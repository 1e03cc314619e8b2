import { json, Router, urlencoded } from 'express';
import { faultGuard } from '../control/fault-guard.js';
import { fieldsOf, text } from '../world/fields.js';
import { spendCode } from './spend-code.js';
import { spendRefresh } from './spend-refresh.js';
import type { GithubState } from './state.js';
import { refusalAnswer, sendAnswer, successAnswer } from './token-answer.js';

/** `POST /login/oauth/access_token`: parameters as form, JSON or query; the client's secret among them, never as Basic. */
export function tokenRoutes(state: GithubState): Router {
  const router = Router();
  const guard = faultGuard(state.world.faults, 'github.token');
  router.post('/login/oauth/access_token', urlencoded({ extended: false }), json(), guard, (req, res) => {
    const fields = fieldsOf(req);
    const app = state.apps.authenticate(text(fields, 'client_id'), text(fields, 'client_secret'));
    const grantType = text(fields, 'grant_type');
    if (grantType !== undefined && grantType !== 'refresh_token' && grantType !== 'authorization_code') {
      return sendAnswer(
        req,
        res,
        refusalAnswer({ error: 'unsupported_grant_type', description: 'This grant_type is not known here.' }),
      );
    }
    const result = (grantType === 'refresh_token' ? spendRefresh : spendCode)(state, app, fields);
    sendAnswer(req, res, 'error' in result ? refusalAnswer(result) : successAnswer(result));
  });
  return router;
}
