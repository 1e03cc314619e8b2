import { createHmac } from 'node:crypto';
import type { Request, Response } from 'express';
import { constantTimeEqual, opaqueToken } from '#libs/crypto';
import { Secret, type Clock, type Random } from '#libs/kernel';

const lifetimeSeconds = 600;

/** Where a person may be sent after signing in: pages of ours, and nothing that an attacker could have put together. */
const ownPaths = /^\/(account|connect\/[A-Za-z0-9_-]{43}|connect\/sessions\/cst_[0-9a-f]{32})?$/;

// Seed, where to go afterwards, when it began (ms since 1970), and the signature over these.
const form = /^(([\w-]{43})\.([\w-]+)\.(\d{13}))\.([\w-]{43})$/;

/** What one sign-in has to come back with, all worked out of one seed. */
export interface SignInAttempt {
  readonly state: string;
  readonly nonce: string;
  /** PKCE verifier (RFC 7636). */
  readonly verifier: string;
  readonly returnTo: string;
}

export interface SignInAttemptDeps {
  /** The session secrets: the first one signs, all of them are honoured. */
  readonly secrets: readonly Secret[];
  readonly random: Random;
  readonly clock: Clock;
  readonly https: boolean;
}

/**
 * A sign-in that is under way lives in a cookie of its own and nowhere else: no row holds its verifier, two tabs do not
 * overwrite each other, and only the browser that began it can end it. The cookie holds a random seed; state, nonce and
 * verifier are worked out of it, each under its own label, so that seeing the state tells nothing about the verifier.
 * It is signed, because otherwise a stranger could make up attempts that never began here and send us to the issuer
 * with each of them.
 */
export class SignInAttempts {
  constructor(private readonly deps: SignInAttemptDeps) {}

  begin(response: Response, returnTo: string): SignInAttempt {
    const { secrets, random, clock } = this.deps;
    const [newest] = secrets;
    if (!newest) throw new Error('no session secret');
    const seed = opaqueToken(random);
    const attempt = workedOut(seed, ownPaths.test(returnTo) ? returnTo : '/');
    const path = Buffer.from(attempt.returnTo).toString('base64url');
    const signed = `${seed.reveal()}.${path}.${clock.now().getTime()}`;
    const value = `${signed}.${mac(newest, signed)}`;
    response.cookie(this.name(attempt.state), value, { ...this.options(), maxAge: lifetimeSeconds * 1000 });
    return attempt;
  }

  /** The attempt to which a state belongs, when it began in this browser; it can be taken once. */
  take(request: Request, response: Response, state: unknown): SignInAttempt | undefined {
    if (typeof state !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(state)) return undefined;
    const name = this.name(state);
    const attempt = this.read(cookieOf(request, name) ?? '');
    response.clearCookie(name, this.options());
    return attempt?.state === state ? attempt : undefined;
  }

  private read(value: string): SignInAttempt | undefined {
    const [, signed, seed, path, begunAt, given] = form.exec(value) ?? [];
    if (!signed || !seed || !path || !begunAt || !given) return undefined;
    if (!this.deps.secrets.some((secret) => constantTimeEqual(mac(secret, signed), given))) return undefined;
    if (this.deps.clock.now().getTime() - Number(begunAt) > lifetimeSeconds * 1000) return undefined;
    return workedOut(new Secret(seed), Buffer.from(path, 'base64url').toString());
  }

  private name(state: string): string {
    return `${this.deps.https ? '__Host-' : ''}te_sign_in_${state.slice(0, 12)}`;
  }

  private options() {
    return { httpOnly: true, secure: this.deps.https, sameSite: 'lax', path: '/' } as const;
  }
}

function workedOut(seed: Secret, returnTo: string): SignInAttempt {
  const part = (label: string) => createHmac('sha256', seed.reveal()).update(label).digest('base64url');
  return { state: part('state'), nonce: part('nonce'), verifier: part('verifier'), returnTo };
}

function mac(secret: Secret, signed: string): string {
  return createHmac('sha256', secret.reveal()).update(`sign-in attempt\n${signed}`).digest('base64url');
}

function cookieOf(request: Request, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1];
}
