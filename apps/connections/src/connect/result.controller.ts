import { Body, Controller, Param, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuditKind } from '#libs/audit';
import { ConfirmAccount, LinkRefused, ReadResult, SettleSession } from '#libs/connecting';
import { Route } from '#libs/http';
import { Failure, parsePublicId } from '#libs/kernel';
import { z } from 'zod';
import { SessionPath } from './paths.js';
import { CurrentPerson, type Person } from '../browser-session/current-person.js';
import { FormGuard } from '../browser-session/form-guard.js';
import { PageFilter } from '../pages/page-filter.js';
import { ResultPage } from '../pages/result-page.js';
import { sendPage } from '../pages/send-page.js';

const ResultAnswer = z.strictObject({
  csrf: z.string().max(100),
  answer: z.enum(['keep_both', 'cancel', 'retry']),
});
type ResultAnswer = z.infer<typeof ResultAnswer>;

/** How a session stands, for the one browser that went through it. */
@Controller()
@UseFilters(PageFilter)
export class ResultController {
  constructor(
    private readonly people: CurrentPerson,
    private readonly forms: FormGuard,
    private readonly reading: ReadResult,
    private readonly confirming: ConfirmAccount,
    private readonly settling: SettleSession,
  ) {}

  @Route({
    method: 'GET',
    path: '/connect/sessions/:id',
    audit: { unaudited: 'shows the person a step that is on record already' },
  })
  async show(
    @Req() request: Request,
    @Res() response: Response,
    @Param({ schema: SessionPath }) { id }: SessionPath,
  ): Promise<void> {
    const { sessionId, person } = await this.own(request, id);
    const view = await this.reading.execute(sessionId, person.opener);
    const csrf = this.forms.token(request, `result ${sessionId}`);
    const formTargets = [new URL(view.returnUrl).origin];
    sendPage(response, ResultPage({ view, person, csrf, action: `/connect/sessions/${id}/answer` }), { formTargets });
  }

  @Route<AuditKind>({
    method: 'POST',
    path: '/connect/sessions/:id/answer',
    audit: { records: ['connect.completed', 'connect.denied', 'connect.failed'] },
  })
  async answer(
    @Req() request: Request,
    @Res() response: Response,
    @Param({ schema: SessionPath }) { id }: SessionPath,
    @Body({ schema: ResultAnswer }) { csrf, answer }: ResultAnswer,
  ): Promise<void> {
    const { sessionId, person } = await this.own(request, id);
    this.forms.check(request, `result ${sessionId}`, csrf);
    if (answer === 'retry') {
      await this.retry(sessionId, person);
      return response.redirect(303, `/connect/sessions/${id}`);
    }
    response.redirect(303, await this.confirming.execute({ sessionId, opener: person.opener, answer }));
  }

  /** Only for an opener who is the subject: anybody else waits for the server's word. */
  private async retry(sessionId: string, person: Person): Promise<void> {
    const view = await this.reading.execute(sessionId, person.opener);
    if (!view.proven || view.status !== 'held') throw new Failure('conflict', 'There is nothing to try again here.');
    await this.settling.execute(sessionId);
  }

  private async own(request: Request, id: string): Promise<{ sessionId: string; person: Person }> {
    const sessionId = parsePublicId('connectSession', id);
    const person = await this.people.of(request);
    if (sessionId === undefined || !person) throw new LinkRefused('unknown');
    return { sessionId, person };
  }
}
