import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Person } from './people.js';

/** What Notes remembers of one browser. */
export interface Session {
  readonly id: string;
  /** Goes into every form and has to come back with it. */
  readonly csrf: string;
  readonly person: Person | undefined;
  /** Shown once, on the next page. */
  flash: string | undefined;
  readonly endsAt: number;
}

const LIFETIME_MS = 8 * 60 * 60 * 1000;
const MOST_SESSIONS = 5_000;

/** Sessions of browsers, in memory. The cookie is a random name for one of them and says nothing itself. */
export class Sessions {
  readonly #byId = new Map<string, Session>();
  readonly #cookie: string;
  readonly #secure: boolean;

  constructor(publicUrl: string) {
    this.#secure = publicUrl.startsWith('https:');
    this.#cookie = `${this.#secure ? '__Host-' : ''}notes_session`;
  }

  /** Gives every request a session, a new one where there is none. */
  readonly middleware: RequestHandler = (request: Request, response: Response, next: NextFunction): void => {
    const known = this.#byId.get(cookieOf(request, this.#cookie) ?? '');
    response.locals['session'] = known && known.endsAt > Date.now() ? known : this.#open(response, undefined);
    next();
  };

  /** Begins anew as that person, or as nobody, so that an id that someone planted before is worth nothing after. */
  switchTo(response: Response, person: Person | undefined): void {
    this.#byId.delete(sessionOf(response).id);
    response.locals['session'] = this.#open(response, person);
  }

  #open(response: Response, person: Person | undefined): Session {
    const session: Session = {
      id: randomBytes(32).toString('base64url'),
      csrf: randomBytes(32).toString('base64url'),
      person,
      flash: undefined,
      endsAt: Date.now() + LIFETIME_MS,
    };
    // A stranger who fills the memory with sessions pushes out the oldest ones, no more.
    const oldest = this.#byId.keys().next();
    if (this.#byId.size >= MOST_SESSIONS && !oldest.done) this.#byId.delete(oldest.value);
    this.#byId.set(session.id, session);
    const options = { httpOnly: true, sameSite: 'lax', secure: this.#secure, path: '/', maxAge: LIFETIME_MS } as const;
    response.cookie(this.#cookie, session.id, options);
    return session;
  }
}

export const sessionOf = (response: Response): Session => response.locals['session'] as Session;

/** Lets no form through that was not made for this browser. */
export const checkCsrf: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next();
  const sent = Buffer.from(field(request, 'csrf'));
  const expected = Buffer.from(sessionOf(response).csrf);
  next(sent.length === expected.length && timingSafeEqual(sent, expected) ? undefined : new ForeignForm());
};

/** A form without the token of the session: made by another site, or by a page of a session that has ended. */
export class ForeignForm extends Error {}

/** A text field of a form; empty when it is missing or there several times. */
export function field(request: Request, name: string): string {
  const value = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

function cookieOf(request: Request, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
