import { Body, Controller, Param, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AuditKind } from '#libs/audit';
import { requestIdOf, Route } from '#libs/http';
import { Failure } from '#libs/kernel';
import { ProviderCatalogue } from '#libs/providers';
import { z } from 'zod';
import { AppSettings } from '../app-settings.js';
import { CurrentPerson } from '../browser-session/current-person.js';
import { FormGuard } from '../browser-session/form-guard.js';
import { ActPath } from '../connect/paths.js';
import { MessagePage } from '../pages/message-page.js';
import { PageFilter } from '../pages/page-filter.js';
import { sendPage } from '../pages/send-page.js';
import { StartSignIn } from '../sign-in/start-sign-in.js';
import { AccountPage } from './account-page.js';
import { readAccountView } from './account-view.js';
import { TakeBack } from './take-back.js';

const ActForm = z.strictObject({ csrf: z.string().max(100), id: z.string().min(1).max(120) });
type ActForm = z.infer<typeof ActForm>;

/** A person's own page: look, cut off, disconnect, unlink. */
@Controller()
@UseFilters(PageFilter)
export class AccountController {
  constructor(
    private readonly settings: AppSettings,
    private readonly catalogue: ProviderCatalogue,
    private readonly people: CurrentPerson,
    private readonly forms: FormGuard,
    private readonly signIn: StartSignIn,
    private readonly takingBack: TakeBack,
  ) {}

  @Route({ method: 'GET', path: '/account', audit: { unaudited: 'people read what is about themselves' } })
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const person = await this.people.of(request);
    if (!person) return await this.signIn.execute(response, '/account');
    const view = await readAccountView(this.settings.database, this.catalogue, person.user.id);
    const csrf = this.forms.token(request, 'account');
    const signOutCsrf = this.forms.token(request, 'sign-out');
    sendPage(response, AccountPage({ view, person, csrf, signOutCsrf }));
  }

  @Route<AuditKind>({
    method: 'POST',
    path: '/account/:act',
    audit: { records: ['consent.ended', 'connection.ended', 'subject.unlinked', 'refusal.lifted'] },
  })
  async act(
    @Req() request: Request,
    @Res() response: Response,
    @Param({ schema: ActPath }) { act }: ActPath,
    @Body({ schema: ActForm }) form: ActForm,
  ): Promise<void> {
    const person = await this.people.of(request);
    if (!person) throw new Failure('invalid_request', 'Your session has ended. Sign in and try again.');
    this.forms.check(request, 'account', form.csrf);
    const words = await this.takingBack.execute(act, form.id, person.user.id, requestIdOf(request));
    const links = [{ href: '/account', text: 'Your connections' }];
    sendPage(response, MessagePage({ title: 'Done', words, person, links }));
  }
}
