import { Body, Controller, Param, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuditKind } from '#libs/audit';
import { LinkRefused, OpenLink } from '#libs/connecting';
import { Route } from '#libs/http';
import { Secret } from '#libs/kernel';
import { AppSettings } from '../app-settings.js';
import { CurrentPerson } from '../browser-session/current-person.js';
import { FormGuard } from '../browser-session/form-guard.js';
import { ConsentPage } from '../pages/consent-page.js';
import { PageFilter } from '../pages/page-filter.js';
import { sendPage } from '../pages/send-page.js';
import { StartSignIn } from '../sign-in/start-sign-in.js';
import { AnswerLink } from './answer-link.js';
import { Decision } from './decision.js';
import { LinkPath } from './paths.js';

/** The link that a server gave to a person: who are you, what is asked, yes or no. */
@Controller()
@UseFilters(PageFilter)
export class ConnectController {
  constructor(
    private readonly settings: AppSettings,
    private readonly people: CurrentPerson,
    private readonly forms: FormGuard,
    private readonly signIn: StartSignIn,
    private readonly opening: OpenLink,
    private readonly answering: AnswerLink,
  ) {}

  @Route<AuditKind>({ method: 'GET', path: '/connect/:link', audit: { records: ['connect.link_opened'] } })
  async open(
    @Req() request: Request,
    @Res() response: Response,
    @Param({ schema: LinkPath }) path: LinkPath,
  ): Promise<void> {
    const link = linkOf(path.link);
    const person = await this.people.of(request);
    if (!person) return await this.signIn.execute(response, `/connect/${link.reveal()}`);
    const view = await this.opening.execute(link, person.opener);
    const csrf = this.forms.token(request, `decision ${link.reveal()}`);
    const action = `/connect/${link.reveal()}/decision`;
    // A form may lead on to where it redirects; browsers check the whole way.
    const formTargets = [view.providerOrigin, new URL(view.returnUrl).origin, this.settings.signInOrigin];
    sendPage(response, ConsentPage({ view, person, csrf, action, now: this.settings.clock.now() }), { formTargets });
  }

  @Route<AuditKind>({
    method: 'POST',
    path: '/connect/:link/decision',
    audit: { records: ['connect.allowed', 'connect.denied', 'connect.completed'] },
  })
  async decide(
    @Req() request: Request,
    @Res() response: Response,
    @Param({ schema: LinkPath }) path: LinkPath,
    @Body({ schema: Decision }) decision: Decision,
  ): Promise<void> {
    const link = linkOf(path.link);
    const person = await this.people.of(request);
    if (!person) return await this.signIn.execute(response, `/connect/${link.reveal()}`);
    this.forms.check(request, `decision ${link.reveal()}`, decision.csrf);
    await this.answering.execute({ request, response }, { link, opener: person.opener, decision });
  }
}

/** @throws LinkRefused for anything that cannot be a link of ours */
function linkOf(text: string): Secret {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) throw new LinkRefused('unknown');
  return new Secret(text);
}
