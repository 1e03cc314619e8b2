import { Body, Controller, Header, Headers, Req } from '@nestjs/common';
import type { AuditKind } from '#libs/audit';
import { requestIdOf, Route, text, type AnyRequest } from '#libs/http';
import { z } from 'zod';
import { ConnectionId, idOf, ProviderSlug, Scopes, UserId } from '../wire.js';
import type { ExchangeAnswer } from './exchange-answers.js';
import { ExchangeTokenUseCase } from './exchange-token.use-case.js';

export const ExchangeRequest = z
  .strictObject({
    user_id: UserId,
    provider: ProviderSlug,
    scopes: Scopes.optional(),
    connection_id: ConnectionId.optional(),
    min_validity: z.int().min(0).max(86_400).optional().meta({ description: 'Seconds; at most 300 are honoured.' }),
    rejected_exchange_id: idOf('exchange', 'exc')
      .optional()
      .meta({ description: 'The hand-out whose token the provider answered with 401.' }),
    purpose: text({ max: 500 }).optional().meta({ description: 'Why, in words that the user will read.' }),
    tool: text({ max: 128, pattern: /^[\x21-\x7e]+$/, must: 'must be printable ASCII without spaces' }).optional(),
    call_id: text({ max: 128, pattern: /^[\x21-\x7e]+$/, must: 'must be printable ASCII without spaces' }).optional(),
  })
  .meta({ id: 'ExchangeRequest' });
export type ExchangeRequest = z.infer<typeof ExchangeRequest>;

/** `POST /token/exchange`: the one call that hands out a token. */
@Controller()
export class ExchangeTokenController {
  constructor(private readonly exchange: ExchangeTokenUseCase) {}

  @Route<AuditKind>({ method: 'POST', path: '/token/exchange', audit: { records: ['token.exchange'] } })
  @Header('Cache-Control', 'no-store')
  async handle(
    @Headers('authorization') authorization: string | undefined,
    @Req() request: AnyRequest,
    @Body({ schema: ExchangeRequest }) body: ExchangeRequest,
  ): Promise<ExchangeAnswer> {
    return await this.exchange.execute({
      authorization,
      requestId: requestIdOf(request),
      subject: body.user_id,
      provider: body.provider,
      scopes: body.scopes,
      connectionId: body.connection_id,
      minValidity: body.min_validity,
      rejectedExchangeId: body.rejected_exchange_id,
      purpose: body.purpose,
      tool: body.tool,
      callId: body.call_id,
    });
  }
}
