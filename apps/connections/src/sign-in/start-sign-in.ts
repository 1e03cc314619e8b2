import type { Response } from 'express';
import * as oidc from 'openid-client';
import type { Issuer } from './issuer.js';
import type { SignInAttempts } from './sign-in-attempt.js';

/** Sends a browser to the issuer, and remembers in that browser where it was going. */
export class StartSignIn {
  constructor(
    private readonly issuer: Issuer,
    private readonly attempts: SignInAttempts,
    private readonly connectionsUrl: string,
  ) {}

  /** `anew` makes the issuer ask who it is, even when it knows. @throws Failure `temporarily_unavailable` */
  async execute(response: Response, returnTo: string, anew = false): Promise<void> {
    const configuration = await this.issuer.configuration();
    const attempt = this.attempts.begin(response, returnTo);
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: `${this.connectionsUrl}/signin/callback`,
      scope: 'openid profile email',
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
      ...(anew ? { prompt: 'login' } : {}),
    });
    response.redirect(303, url.href);
  }
}
