import type { OpenConnectSession } from '#libs/connecting';
import { assertNever, Failure, publicId, type AccountChoice } from '#libs/kernel';
import type { Denied, HandOut, InteractionRequired } from '#libs/policy';
import type { Decided, ExchangeCandidate, ExchangeQuestion } from './exchange-question.js';
import type { HandOutMarks } from './hand-out-marks.js';
import type { TokenOpener } from './token-opener.js';

/** The answer of RFC 6749 section 5.1, with what identifies the hand-out. Never holds a refresh token. */
export interface ExchangeAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds; left out when the provider does not say when its tokens end. */
  readonly expires_in?: number;
  /** RFC 3339. */
  readonly expires_at?: string;
  readonly provider: string;
  /** Separated by spaces. */
  readonly scope: string;
  readonly connection_id: string;
  readonly exchange_id: string;
  readonly warnings?: readonly string[];
}

// Seconds between two polls of a server that waits for its user.
const pollInterval = 5;
const providerRetryAfter = 30;

/** Turns a decision that is on record into an answer: a token, or the error that says how to mend it. */
export class ExchangeAnswers {
  constructor(
    private readonly opener: TokenOpener,
    private readonly openConnectSession: OpenConnectSession,
    private readonly marks: HandOutMarks,
  ) {}

  async to(question: ExchangeQuestion, decided: Decided): Promise<ExchangeAnswer> {
    const { decision } = decided;
    const exchange_id = publicId('exchange', question.exchangeId);
    switch (decision.kind) {
      case 'hand_out':
        return await this.token(question, decided, decision);
      case 'interaction_required':
        throw await this.interaction(question, decided, decision);
      case 'denied':
        throw refusal(decision, exchange_id);
      case 'account_selection_required':
        throw new Failure(decision.kind, 'the user has several accounts: name one by connection_id', {
          exchange_id,
          choices: decision.choices.map(choice),
        });
      case 'connection_not_found':
        throw new Failure('invalid_request', 'connection_id is not a connection of this user', { exchange_id });
      case 'invalid_target':
        throw new Failure('invalid_target', 'provider is not offered here', { exchange_id });
      case 'provider_unavailable':
        throw new Failure(
          'temporarily_unavailable',
          'the provider cannot be reached and the token in store has ended',
          {
            exchange_id,
            retry_after: providerRetryAfter,
          },
        );
      case 'refresh_needed':
      case 'narrow_needed':
        throw new Error(`${decision.kind} is no final decision`);
      default:
        return assertNever(decision);
    }
  }

  private async token(
    question: ExchangeQuestion,
    { facts }: Decided,
    handOut: HandOut<ExchangeCandidate>,
  ): Promise<ExchangeAnswer> {
    const { candidate, expiresAt, warnings } = handOut;
    const token = await this.opener.open(question, facts, candidate.row);
    this.marks.add(candidate.grantId);
    return {
      access_token: token.reveal(),
      token_type: 'Bearer',
      ...(expiresAt && {
        expires_in: Math.floor((expiresAt.getTime() - facts.now.getTime()) / 1000),
        expires_at: expiresAt.toISOString(),
      }),
      provider: question.provider,
      scope: handOut.scopes.join(' '),
      connection_id: publicId('consent', candidate.consentId),
      exchange_id: publicId('exchange', question.exchangeId),
      ...(warnings.length > 0 && { warnings }),
    };
  }

  private async interaction(
    question: ExchangeQuestion,
    { facts }: Decided,
    { need, scopes, candidate }: InteractionRequired<ExchangeCandidate>,
  ): Promise<Failure> {
    if (!facts.serverId || !facts.organizationId) throw new Error('a decision without a server');
    const session = await this.openConnectSession.execute({
      server: { id: facts.serverId, organizationId: facts.organizationId },
      subject: question.subject,
      provider: question.provider,
      scopes,
      kind: need,
      origin: 'interaction',
      renewsConsentId: candidate?.consentId,
      keyId: facts.keyId ?? undefined,
      requestId: question.requestId,
    });
    return new Failure('interaction_required', asks[need], {
      exchange_id: publicId('exchange', question.exchangeId),
      missing_scopes: scopes,
      interaction_uri: session.connectUrl.reveal(),
      interval: pollInterval,
      expires_in: Math.max(0, Math.floor((session.expiresAt.getTime() - facts.now.getTime()) / 1000)),
    });
  }
}

function refusal({ deniedBy, missing }: Denied, exchange_id: string): Failure {
  return new Failure('access_denied', reasons[deniedBy], { exchange_id, denied_by: deniedBy, missing_scopes: missing });
}

const reasons = {
  operator_cap: 'scopes go beyond what the operator allows at this provider',
  server_cap: 'scopes go beyond what this server may be given',
  user_denied: 'the user said no not long ago and is not asked again yet',
  provider_cannot_narrow: 'the token can do more than is allowed here and the provider cannot narrow it',
} as const;

const asks = {
  connect: 'the user has to connect an account: send them to interaction_uri',
  reconnect: 'the user has to renew the connection: send them to interaction_uri',
  consent: 'the user has to allow what is asked: send them to interaction_uri',
} as const;

function choice({ consentId, account }: { consentId: string; account: string }): AccountChoice {
  return { connection_id: publicId('consent', consentId), account };
}
