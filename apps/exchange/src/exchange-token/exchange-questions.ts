import type { Callers } from '#libs/caller-auth';
import { newId, type Clock, type Uuid } from '#libs/kernel';
import { findHandOut, type Sql } from '#libs/persistence';
import type { ExchangeQuestion } from './exchange-question.js';

/** A call of `POST /token/exchange`, checked in form and with its ids read. */
export interface ExchangeCall {
  readonly authorization: string | undefined;
  readonly requestId: string;
  readonly subject: string;
  readonly provider: string;
  readonly scopes?: readonly string[] | undefined;
  readonly connectionId?: Uuid | undefined;
  /** Seconds. */
  readonly minValidity?: number | undefined;
  readonly rejectedExchangeId?: Uuid | undefined;
  readonly purpose?: string | undefined;
  readonly tool?: string | undefined;
  readonly callId?: string | undefined;
}

/** Makes questions out of calls. */
export class ExchangeQuestions {
  constructor(
    private readonly callers: Callers,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  /** Throws `invalid_client` for what is not a key of a server; whether it is in force is decided with the rest. */
  async from(call: ExchangeCall): Promise<ExchangeQuestion> {
    const secretHash = this.callers.serverKeyHash(call.authorization);
    const { rejectedExchangeId } = call;
    return {
      exchangeId: newId(this.clock),
      requestId: call.requestId,
      secretHash,
      subject: call.subject,
      provider: call.provider,
      scopes: call.scopes,
      connectionId: call.connectionId,
      minValiditySeconds: call.minValidity,
      rejected: rejectedExchangeId === undefined ? undefined : await findHandOut(this.sql, rejectedExchangeId),
      tool: call.tool,
      note: { purpose: call.purpose, callId: call.callId },
      refreshUnavailable: false,
    };
  }

  /** An id of its own for every decision: a row that an unanswered try left behind stays what it was. */
  again(question: ExchangeQuestion): ExchangeQuestion {
    return { ...question, exchangeId: newId(this.clock) };
  }
}
