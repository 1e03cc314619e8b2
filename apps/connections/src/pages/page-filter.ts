import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { LinkRefused } from '#libs/connecting';
import { answerFor, requestIdOf } from '#libs/http';
import { Failure } from '#libs/kernel';
import { AppSettings } from '../app-settings.js';
import { asUnavailable } from '../unavailable.js';
import { linkRefusedWords } from './link-refused-words.js';
import { MessagePage } from './message-page.js';
import { sendPage } from './send-page.js';

/** Errors of pages are pages: what happened, what it means, what to do. The cause is for the log. */
@Catch()
export class PageFilter implements ExceptionFilter {
  constructor(private readonly settings: AppSettings) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) return void response.destroy();
    if (thrown instanceof LinkRefused) {
      const { status, ...message } = linkRefusedWords(thrown);
      return sendPage(response, MessagePage(message), { status });
    }
    this.sendError(asUnavailable(thrown) ?? thrown, request, response);
  }

  private sendError(error: unknown, request: Request, response: Response): void {
    const requestId = requestIdOf(request);
    const { status, body, unexpected } = answerFor(error, { requestId, exchangeUrl: this.settings.connectionsUrl });
    this.log(error, requestId, { status, unexpected });
    const known = error instanceof Failure ? error.description : body.error_description;
    const words = [sentence(unexpected ? 'Something went wrong on our side' : known)];
    if (status === 503) words.push('Nothing was lost. Please try again in a moment.');
    sendPage(response, MessagePage({ title: titles[status] ?? 'That did not work', words, requestId }), { status });
  }

  private log(error: unknown, requestId: string, answer: { status: number; unexpected: boolean }): void {
    const fields = { request_id: requestId, err: error instanceof Error ? error : { thrown: typeof error } };
    if (answer.unexpected) return this.settings.logger.error(fields, 'unexpected error');
    const hasCause = error instanceof Failure && error.cause !== undefined;
    if (answer.status >= 500 || hasCause) this.settings.logger.warn(fields, 'answered with an error page');
  }
}

const titles: Readonly<Record<number, string>> = {
  404: 'There is nothing here',
  409: 'That is no longer possible',
  500: 'Something went wrong',
  503: 'Not available just now',
};

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
