import { appendAudit } from '#libs/audit';
import type { CountedRefusals } from '#libs/caller-auth';
import { Failure, newId, type Clock, type Random } from '#libs/kernel';
import { signInUser, type Database, type UserRow } from '#libs/persistence';
import type { Logger } from '#libs/telemetry';
import * as oidc from 'openid-client';
import type { Issuer } from './issuer.js';
import type { SignInAttempt } from './sign-in-attempt.js';

/** Failures of people whom nobody knows yet, counted: a stranger must not be able to fill the log. */
export type SignInFailures = CountedRefusals<'not_begun_here' | 'not_completed'>;

export interface SignInDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly failures: SignInFailures;
}

/** The issuer's answer becomes a person. */
export class FinishSignInUseCase {
  constructor(
    private readonly deps: SignInDeps,
    private readonly issuer: Issuer,
  ) {}

  /** For an answer to nothing that began here: it never reaches the issuer. @throws Failure */
  refuse(): never {
    this.deps.failures.count('not_begun_here');
    throw new Failure('invalid_request', 'This sign-in was not begun in this browser, or took too long.');
  }

  /** `answer` is the address to which the issuer sent the browser. @throws Failure */
  async execute(answer: URL, attempt: SignInAttempt, requestId: string): Promise<UserRow> {
    const configuration = await this.issuer.configuration();
    const claims = await this.claims(configuration, answer, attempt, requestId);
    const { database, clock, random } = this.deps;
    const user = await database.transaction(async (tx) => {
      const found = await signInUser(tx, newId(clock, random), {
        issuer: claims.iss,
        subject: claims.sub,
        displayName: shortText(claims['name']),
        email: shortText(claims['email']),
      });
      const event = { id: newId(clock, random), actor: 'user', requestId } as const;
      if (found) await appendAudit(tx, { ...event, kind: 'session.signed_in', outcome: 'allowed', userId: found.id });
      return found;
    });
    if (!user) throw new Failure('invalid_request', 'This account was deleted here and cannot sign in any more.');
    return user;
  }

  private async claims(
    configuration: oidc.Configuration,
    answer: URL,
    { state, nonce, verifier }: SignInAttempt,
    requestId: string,
  ): Promise<oidc.IDToken> {
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, answer, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('no id token');
      return claims;
    } catch (error) {
      this.deps.logger.warn({ err: error, request_id: requestId }, 'sign-in failed');
      this.deps.failures.count('not_completed');
      throw new Failure('invalid_request', 'Signing in did not work. Please try again.', {}, { cause: error });
    }
  }
}

/** What an issuer calls a person is shown on pages and stored: one line, bounded. */
function shortText(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '').trim();
  return text === '' ? null : text.slice(0, 200);
}
