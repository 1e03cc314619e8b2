import { Controller, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Route } from '#libs/http';
import { CurrentPerson } from '../browser-session/current-person.js';
import { MessagePage } from '../pages/message-page.js';
import { PageFilter } from '../pages/page-filter.js';
import { sendPage } from '../pages/send-page.js';

/** What this is, for somebody who comes by without a link. */
@Controller()
@UseFilters(PageFilter)
export class LandingController {
  constructor(private readonly people: CurrentPerson) {}

  @Route({ method: 'GET', path: '/', audit: { unaudited: 'says what this service is' } })
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const person = await this.people.of(request);
    const link = person ? { href: '/account', text: 'Your connections' } : { href: '/signin', text: 'Sign in' };
    const words = [
      'Here you decide which of your tools may use your accounts at other services, for what, and for how long.',
      'Every hand-out of a token is recorded, and you can cut off one tool without losing the others.',
    ];
    sendPage(response, MessagePage({ title: 'Your accounts, under your control', words, person, links: [link] }));
  }
}
