import type { ServerResponse } from 'node:http';
import { Catch, type ArgumentsHost, type ExceptionFilter, type HttpServer } from '@nestjs/common';
import { Failure } from '#libs/kernel';
import type { Logger } from '#libs/telemetry';
import { answerFor, type ErrorAnswer } from './answer.js';
import { methodsAt, type AuditedRoute } from './audited-routes.js';
import { EdgeRefusal, unroutable } from './edge-refusal.js';
import { failurePage, pagePolicy } from './error-page.js';
import { rawOf, requestIdOf, type AnyRequest } from './request-context.js';

export interface FailureFilterDeps {
  readonly adapter: HttpServer;
  readonly logger: Logger;
  readonly exchangeUrl: string;
  /** Known once the app is put together. */
  readonly routes: readonly AuditedRoute[];
  /** Whether a browser that prefers HTML gets a page instead of JSON. */
  readonly pages: boolean;
  readonly asFailure: ((error: unknown) => Failure | undefined) | undefined;
}

/** The last stop of everything that is thrown: one shape for callers, the cause for the log. */
@Catch()
export class FailureFilter implements ExceptionFilter {
  constructor(private readonly deps: FailureFilterDeps) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const error = this.deps.asFailure?.(thrown) ?? thrown;
    const request = host.switchToHttp().getRequest<AnyRequest>();
    const response = host.switchToHttp().getResponse<ServerResponse | { readonly raw: ServerResponse }>();
    const { adapter, exchangeUrl } = this.deps;
    const requestId = requestIdOf(request);
    const answer = this.withMethods(request, answerFor(error, { requestId, exchangeUrl }));
    this.log(error, answer);
    const raw = 'raw' in response ? response.raw : response;
    // Half an answer is out already: only cutting the connection tells the caller that it is not whole.
    if (raw.headersSent) return void raw.destroy();
    for (const [name, value] of Object.entries(answer.headers)) adapter.setHeader(response, name, value);
    this.reply(request, response, answer);
  }

  /** What the caller is not told, the log has to know. What is thrown and no error may be anything: only its type. */
  private log(error: unknown, { status, unexpected, body }: ErrorAnswer): void {
    const fields = { request_id: body.request_id, err: error instanceof Error ? error : { thrown: typeof error } };
    if (unexpected) return this.deps.logger.error(fields, 'unexpected error');
    const hasCause = error instanceof Failure && error.cause !== undefined;
    if (status >= 500) this.deps.logger.warn({ ...fields, error: body.error }, 'could not answer');
    else if (hasCause) this.deps.logger.warn({ ...fields, error: body.error }, 'answered with an error');
  }

  private reply(request: AnyRequest, response: unknown, { status, body }: ErrorAnswer): void {
    const { adapter } = this.deps;
    if (this.deps.pages && prefersHtml(rawOf(request).headers.accept)) {
      adapter.setHeader(response, 'Content-Security-Policy', pagePolicy);
      adapter.setHeader(response, 'Content-Type', 'text/html; charset=utf-8');
      return void adapter.reply(response, failurePage(body.error, body.error_description, body.request_id), status);
    }
    adapter.reply(response, body, status);
  }

  /** A path that exists for other methods: 405 and which ones (RFC 9110 section 15.5.6), instead of a bare 404. */
  private withMethods(request: AnyRequest, answer: ErrorAnswer): ErrorAnswer {
    const { method = '', url = '/' } = rawOf(request);
    if (answer.status !== 404 || answer.body.error_description !== unroutable) return answer;
    const allowed = methodsAt(this.deps.routes, url);
    if (allowed.length === 0 || allowed.includes(method)) return answer;
    const refusal = new EdgeRefusal(405, 'invalid_request', `method: must be ${allowed.join(' or ')}`, {
      Allow: allowed.join(', '),
    });
    return answerFor(refusal, { requestId: answer.body.request_id, exchangeUrl: this.deps.exchangeUrl });
  }
}

function prefersHtml(accept: string | undefined): boolean {
  return accept !== undefined && /^\s*text\/html\b/i.test(accept);
}
