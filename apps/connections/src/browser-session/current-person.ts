import type { Request } from 'express';
import type { SignedInOpener } from '#libs/connecting';
import { sha256 } from '#libs/crypto';
import type { Clock } from '#libs/kernel';
import { findUser, type Database, type UserRow } from '#libs/persistence';
import { absoluteLimitSeconds } from './limits.js';

/** The signed-in person of a request. */
export interface Person {
  readonly user: UserRow;
  readonly opener: SignedInOpener;
}

/** Tells who is signed in, and ends sessions that have lasted long enough. */
export class CurrentPerson {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async of(request: Request): Promise<Person | undefined> {
    const { userId, signedInAt } = request.session;
    if (userId === undefined || signedInAt === undefined) return undefined;
    const age = this.clock.now().getTime() - signedInAt;
    const user = age < absoluteLimitSeconds * 1000 ? await findUser(this.database, userId) : undefined;
    if (!user) {
      await endSession(request);
      return undefined;
    }
    return { user, opener: { userId, browserSessionHash: sha256(request.sessionID) } };
  }
}

/** Removes the session from the store; the cookie then means nothing. */
export function endSession(request: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    request.session.destroy((error: unknown) => (error ? reject(error as Error) : resolve()));
  });
}

/** A new id for a new person: whoever planted the old one gains nothing (session fixation). */
export async function beginSession(request: Request, userId: string, now: Date): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    request.session.regenerate((error: unknown) => (error ? reject(error as Error) : resolve()));
  });
  request.session.userId = userId;
  request.session.signedInAt = now.getTime();
  await new Promise<void>((resolve, reject) => {
    request.session.save((error: unknown) => (error ? reject(error as Error) : resolve()));
  });
}
