import type { NextFunction, Request, Response } from 'express';
import { randomUuid } from '../world/random-text.js';
import type { NotionState } from './state.js';

const oauthErrors = {
  invalid_request: 400,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  invalid_client: 401,
} as const;

export type OauthErrorCode = keyof typeof oauthErrors;

export interface OauthRefusal {
  readonly code: OauthErrorCode;
  readonly message: string;
}

/** An error of the OAuth endpoints, in the shape that the switch chose. */
export function sendOauthError(state: NotionState, res: Response, { code, message }: OauthRefusal): void {
  const status = oauthErrors[code];
  const request_id = randomUuid(state.world.random);
  if (state.switches.error_shape === 'object')
    res.status(status).json({ object: 'error', status, code, message, request_id });
  else res.status(status).json({ error: code, error_description: message, request_id });
}

/** An error of the API. */
export function sendApiError(
  state: NotionState,
  res: Response,
  [status, code]: [number, string],
  message: string,
): void {
  res.status(status).json({ object: 'error', status, code, message, request_id: randomUuid(state.world.random) });
}

/** Refuses a call that does not say which version of the API it was written for. */
export function checkVersion(state: NotionState, when: () => boolean = () => true) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const version = req.headers['notion-version'];
    if (!when() || (typeof version === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(version))) return next();
    sendApiError(
      state,
      res,
      [400, 'missing_version'],
      'The header Notion-Version is missing or not a date such as 2025-09-03.',
    );
  };
}
