import type { Request, Response } from 'express';
import { Page, sendPage } from '../pages/page.js';

const meanings: Readonly<Record<string, string>> = {
  incorrect_client_credentials: 'The client_id or client_secret is not that of a registered app.',
  redirect_uri_mismatch: 'The address is not registered for the app, or differs between the two steps.',
  bad_verification_code: 'The code is wrong, was used, is older than ten minutes, or its code_verifier does not match.',
  bad_refresh_token: 'The refresh token is wrong, was used or is too old: the person must authorize again.',
  unsupported_grant_type: 'The sandbox knows authorization codes and refresh tokens.',
  access_denied: 'The person pressed Cancel.',
  invalid_request: 'PKCE needs both parameters, and S256.',
};

/** Where the `error_uri` of an error leads. Relative, as in GitHub's older answers. */
export function errorUri(error: string): string {
  return `/github/docs/errors#${error}`;
}

export function errorDocs(_req: Request, res: Response): void {
  sendPage(
    res,
    200,
    <Page service="github" brand="Sandbox GitHub" title="Errors of the OAuth endpoints">
      <dl>
        {Object.entries(meanings).map(([code, meaning]) => (
          <div key={code} id={code}>
            <dt>
              <code>{code}</code>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Page>,
  );
}
