import { createHmac } from 'node:crypto';
import type { Request } from 'express';
import { constantTimeEqual } from '#libs/crypto';
import { Failure, type Secret } from '#libs/kernel';

/** Proves that a form was filled in on a page of ours, in this browser, for this purpose. */
export class FormGuard {
  constructor(
    private readonly secrets: readonly Secret[],
    private readonly ownOrigin: string,
  ) {}

  /** The hidden field. Bound to the session and to what the form does; nothing of it is stored. */
  token(request: Request, purpose: string): string {
    const [newest] = this.secrets;
    if (!newest) throw new Error('no session secret');
    return mac(newest, request.sessionID, purpose);
  }

  /** @throws Failure `invalid_request` */
  check(request: Request, purpose: string, given: unknown): void {
    const { origin, 'sec-fetch-site': site } = request.headers;
    // Our pages send no referrer, so that an honest form says "null" here, and then the browser names the site instead.
    const foreign = origin !== undefined && origin !== 'null' && origin !== this.ownOrigin;
    const nameless = origin === 'null' && site === undefined;
    const crossSite = site !== undefined && site !== 'same-origin';
    const known = typeof given === 'string' && this.secrets.some((secret) => fits(secret, request, purpose, given));
    if (foreign || nameless || crossSite || !known)
      throw new Failure('invalid_request', 'The form was not sent from our page, or your session ended meanwhile.');
  }
}

function fits(secret: Secret, request: Request, purpose: string, given: string): boolean {
  return constantTimeEqual(mac(secret, request.sessionID, purpose), given);
}

function mac(secret: Secret, sessionId: string, purpose: string): string {
  return createHmac('sha256', secret.reveal()).update(`form\n${sessionId}\n${purpose}`).digest('base64url');
}
