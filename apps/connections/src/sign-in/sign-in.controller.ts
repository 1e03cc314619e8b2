import { Controller, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { appendAudit, type AuditKind } from '#libs/audit';
import { requestIdOf, Route } from '#libs/http';
import { newId } from '#libs/kernel';
import { AppSettings } from '../app-settings.js';
import { beginSession, CurrentPerson, endSession } from '../browser-session/current-person.js';
import { FormGuard } from '../browser-session/form-guard.js';
import { PageFilter } from '../pages/page-filter.js';
import { FinishSignInUseCase } from './finish-sign-in.use-case.js';
import { StartSignIn } from './start-sign-in.js';
import { SignInAttempts } from './sign-in-attempt.js';

/** Signing in at the issuer, and out again. */
@Controller()
@UseFilters(PageFilter)
export class SignInController {
  constructor(
    private readonly settings: AppSettings,
    private readonly starting: StartSignIn,
    private readonly attempts: SignInAttempts,
    private readonly finishing: FinishSignInUseCase,
    private readonly people: CurrentPerson,
    private readonly forms: FormGuard,
  ) {}

  @Route({
    method: 'GET',
    path: '/signin',
    audit: { unaudited: 'nothing has happened yet; the way back is on record' },
  })
  async start(@Res() response: Response): Promise<void> {
    await this.starting.execute(response, '/account');
  }

  @Route<AuditKind>({
    method: 'GET',
    path: '/signin/callback',
    audit: { records: ['session.signed_in', 'session.sign_in_failed'] },
  })
  async finish(@Req() request: Request, @Res() response: Response): Promise<void> {
    const attempt = this.attempts.take(request, response, request.query['state']);
    if (!attempt) return this.finishing.refuse();
    // Never from the Host header: the address is ours to know.
    const answer = new URL(request.originalUrl, this.settings.connectionsUrl);
    const user = await this.finishing.execute(answer, attempt, requestIdOf(request));
    await beginSession(request, user.id, this.settings.clock.now());
    response.redirect(303, attempt.returnTo);
  }

  @Route<AuditKind>({ method: 'POST', path: '/signout', audit: { records: ['session.signed_out'] } })
  async signOut(@Req() request: Request, @Res() response: Response): Promise<void> {
    const person = await this.people.of(request);
    if (person) {
      this.forms.check(request, 'sign-out', (request.body as Record<string, unknown> | undefined)?.['csrf']);
      await endSession(request);
      await appendAudit(this.settings.database, {
        id: newId(this.settings.clock, this.settings.random),
        kind: 'session.signed_out',
        outcome: 'allowed',
        actor: 'user',
        userId: person.user.id,
        requestId: requestIdOf(request),
      });
    }
    response.redirect(303, '/');
  }
}
