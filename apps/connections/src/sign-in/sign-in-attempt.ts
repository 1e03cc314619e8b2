import { createHmac } from 'node:crypto';
import type { Request, Response } from 'express';
import { opaqueToken } from '#libs/crypto';
import { Secret, type Random } from '#libs/kernel';

const lifetimeSeconds = 600;

/** Where a person may be sent after signing in: pages of ours, and nothing that an attacker could have put together. */
const ownPaths = /^\/(account|connect\/[A-Za-z0-9_-]{43}|connect\/sessions\/cst_[0-9a-f]{32})?$/;

/** What one sign-in has to come back with, all worked out of one seed. */
export interface SignInAttempt {
  readonly state: string;
  readonly nonce: string;
  /** PKCE verifier (RFC 7636). */
  readonly verifier: string;
  readonly returnTo: string;
}

/**
 * A sign-in that is under way lives in a cookie of its own and nowhere else: no row holds its verifier, two tabs do not
 * overwrite each other, and only the browser that began it can end it. The cookie holds a random seed; state, nonce and
 * verifier are worked out of it, each under its own label, so that seeing the state tells nothing about the verifier.
 */
export class SignInAttempts {
  constructor(
    private readonly random: Random,
    private readonly https: boolean,
  ) {}

  begin(response: Response, returnTo: string): SignInAttempt {
    const seed = opaqueToken(this.random);
    const attempt = workedOut(seed, ownPaths.test(returnTo) ? returnTo : '/');
    const value = `${seed.reveal()}.${Buffer.from(attempt.returnTo).toString('base64url')}`;
    response.cookie(this.name(attempt.state), value, { ...this.options(), maxAge: lifetimeSeconds * 1000 });
    return attempt;
  }

  /** The attempt to which a state belongs, when it began in this browser; it can be taken once. */
  take(request: Request, response: Response, state: unknown): SignInAttempt | undefined {
    if (typeof state !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(state)) return undefined;
    const name = this.name(state);
    const [seed, returnTo] = cookieOf(request, name)?.split('.') ?? [];
    response.clearCookie(name, this.options());
    if (seed === undefined || returnTo === undefined) return undefined;
    const path = Buffer.from(returnTo, 'base64url').toString();
    const attempt = workedOut(new Secret(seed), ownPaths.test(path) ? path : '/');
    return attempt.state === state ? attempt : undefined;
  }

  private name(state: string): string {
    return `${this.https ? '__Host-' : ''}te_sign_in_${state.slice(0, 12)}`;
  }

  private options() {
    return { httpOnly: true, secure: this.https, sameSite: 'lax', path: '/' } as const;
  }
}

function workedOut(seed: Secret, returnTo: string): SignInAttempt {
  const part = (label: string) => createHmac('sha256', seed.reveal()).update(label).digest('base64url');
  return { state: part('state'), nonce: part('nonce'), verifier: part('verifier'), returnTo };
}

function cookieOf(request: Request, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1];
}
