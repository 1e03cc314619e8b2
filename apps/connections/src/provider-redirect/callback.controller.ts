import { Controller, Param, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuditKind } from '#libs/audit';
import { CheckCallback, HoldCode, LinkRefused, RecordProviderRefusal } from '#libs/connecting';
import { Route } from '#libs/http';
import { parsePublicId } from '#libs/kernel';
import { ProviderCatalogue } from '#libs/providers';
import { CurrentPerson } from '../browser-session/current-person.js';
import { AfterHeld } from '../connect/after-held.js';
import { CallbackPath } from '../connect/paths.js';
import { MessagePage } from '../pages/message-page.js';
import { PageFilter } from '../pages/page-filter.js';
import { sendPage } from '../pages/send-page.js';
import { malformedWords, refusalWords } from './refusal-words.js';
import { readCallback } from './passport-seam.js';

/** People come back from a provider, at the address of the registration with which they went out. */
@Controller()
@UseFilters(PageFilter)
export class CallbackController {
  constructor(
    private readonly people: CurrentPerson,
    private readonly checking: CheckCallback,
    private readonly holding: HoldCode,
    private readonly refusing: RecordProviderRefusal,
    private readonly afterHeld: AfterHeld,
    private readonly catalogue: ProviderCatalogue,
  ) {}

  @Route<AuditKind>({
    method: 'GET',
    path: '/callback/:registration',
    audit: { records: ['connect.callback', 'connect.denied', 'connect.failed', 'connect.completed'] },
  })
  async callback(
    @Req() request: Request,
    @Res() response: Response,
    @Param({ schema: CallbackPath }) { registration }: CallbackPath,
  ): Promise<void> {
    const registrationId = parsePublicId('registration', registration);
    if (registrationId === undefined) throw new LinkRefused('state_mismatch');
    const person = await this.people.of(request);
    const answer = await readCallback({ request, response }, (state) =>
      this.checking.execute({ registrationId, state, opener: person?.opener }),
    );
    if (!answer || !person) throw new LinkRefused('state_mismatch');
    switch (answer.kind) {
      case 'code': {
        const held = await this.holding.execute(answer.context, answer.state, answer.code);
        return await this.afterHeld.execute(response, answer.context, held);
      }
      case 'error': {
        const { refusal, returnUrl } = await this.refusing.execute(answer.context, answer.error);
        const words = refusalWords(refusal, this.nameOf(answer.context.provider));
        return sendPage(response, MessagePage({ ...words, person, back: returnUrl }), { status: words.status });
      }
      case 'malformed': {
        const { returnUrl } = await this.refusing.execute(answer.context, 'malformed');
        return sendPage(response, MessagePage({ ...malformedWords, person, back: returnUrl }), { status: 400 });
      }
    }
  }

  private nameOf(provider: string): string {
    return this.catalogue.get(provider)?.name ?? provider;
  }
}
