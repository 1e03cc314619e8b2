import type { Request, Response } from 'express';
import {
  AllowConnecting,
  DenyConnecting,
  PrepareRedirect,
  ReleaseLink,
  UseConnectedAccount,
  type SignedInOpener,
} from '#libs/connecting';
import { Failure, parsePublicId, type Secret } from '#libs/kernel';
import { endSession } from '../browser-session/current-person.js';
import { sendToProvider } from '../provider-redirect/passport-seam.js';
import type { StartSignIn } from '../sign-in/start-sign-in.js';
import type { AfterHeld } from './after-held.js';
import type { Decision } from './decision.js';

interface Command {
  readonly link: Secret;
  readonly opener: SignedInOpener;
  readonly decision: Decision;
}

interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

export interface Answers {
  readonly preparing: PrepareRedirect;
  readonly allowing: AllowConnecting;
  readonly reusing: UseConnectedAccount;
  readonly denying: DenyConnecting;
  readonly releasing: ReleaseLink;
  readonly afterHeld: AfterHeld;
  readonly signIn: StartSignIn;
}

/** Carries out what the person chose on the consent page. */
export class AnswerLink {
  constructor(private readonly answers: Answers) {}

  async execute(exchange: Exchange, command: Command): Promise<void> {
    const { link, opener, decision } = command;
    switch (decision.decision) {
      case 'deny':
        return exchange.response.redirect(303, await this.answers.denying.execute(link, opener));
      case 'switch':
        await this.answers.releasing.execute(link, opener);
        await endSession(exchange.request);
        return await this.answers.signIn.execute(exchange.response, `/connect/${link.reveal()}`, true);
      case 'allow':
        return decision.account === 'new'
          ? await this.toProvider(exchange, command)
          : await this.reuse(exchange, command);
    }
  }

  /** Room and keys are looked after first; the "yes" is written down at the moment when the redirect is made. */
  private async toProvider(exchange: Exchange, { link, opener, decision }: Command): Promise<void> {
    const plan = await this.answers.preparing.execute(link, opener);
    const { duration } = decision;
    await sendToProvider(exchange, plan, (codeVerifier) =>
      this.answers.allowing.execute({ link, opener, duration, codeVerifier }),
    );
  }

  private async reuse({ response }: Exchange, { link, opener, decision }: Command): Promise<void> {
    const connectionId = parsePublicId('connection', decision.account);
    if (connectionId === undefined) throw new Failure('invalid_request', 'account: is not one of your accounts');
    const { duration } = decision;
    const { session, ...held } = await this.answers.reusing.execute({ link, opener, duration, connectionId });
    await this.answers.afterHeld.execute(response, session, held);
  }
}
