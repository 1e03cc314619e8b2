import {
  AccessDeniedError,
  type AccountChoice,
  AccountSelectionRequiredError,
  ConflictError,
  type ErrorFacts,
  InteractionRequiredError,
  InvalidClientError,
  InvalidRequestError,
  InvalidTargetError,
  NotFoundError,
  RateLimitedError,
  TemporarilyUnavailableError,
  TokenExchangerError,
} from './errors.js';
import type { Answer } from './answer.js';
import { asWire, optionalNumber, optionalText, texts, type Wire } from './read.js';

/** For an answer without a code of the API's own, such as a proxy's page: the status says what it is most like. */
const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'invalid_client',
  403: 'access_denied',
  404: 'not_found',
  409: 'conflict',
  429: 'rate_limited',
  502: 'temporarily_unavailable',
  503: 'temporarily_unavailable',
  504: 'temporarily_unavailable',
};

/** The one place that decides which error class an answer becomes. */
export function errorFromAnswer(answer: Answer): TokenExchangerError {
  const wire = asWire(answer.body) ?? {};
  const code = optionalText(wire, 'error') ?? CODE_OF_STATUS[answer.status] ?? 'unexpected_answer';
  const description = optionalText(wire, 'error_description') ?? `the Token Exchanger answered ${answer.status}`;
  const facts: ErrorFacts = {
    status: answer.status,
    requestId: optionalText(wire, 'request_id') ?? answer.requestId,
    exchangeId: optionalText(wire, 'exchange_id'),
    errorUri: optionalText(wire, 'error_uri'),
  };
  return detailed(code, description, { wire, facts, retryAfter: answer.retryAfter });
}

interface Material {
  readonly wire: Wire;
  readonly facts: ErrorFacts;
  readonly retryAfter: number | undefined;
}

function detailed(code: string, description: string, { wire, facts, retryAfter }: Material): TokenExchangerError {
  switch (code) {
    case 'interaction_required':
      return new InteractionRequiredError(code, description, {
        ...facts,
        interactionUri: optionalText(wire, 'interaction_uri'),
        interval: optionalNumber(wire, 'interval'),
        expiresIn: optionalNumber(wire, 'expires_in'),
      });
    case 'access_denied': {
      const deniedBy = optionalText(wire, 'denied_by');
      return new AccessDeniedError(code, description, {
        ...facts,
        deniedBy,
        missingScopes: texts(wire, 'missing_scopes'),
      });
    }
    case 'account_selection_required':
      return new AccountSelectionRequiredError(code, description, { ...facts, choices: choices(wire) });
    case 'rate_limited':
      return new RateLimitedError(code, description, { ...facts, retryAfter });
    case 'temporarily_unavailable':
      return new TemporarilyUnavailableError(code, description, { ...facts, retryAfter });
    default:
      return plain(code, description, facts);
  }
}

function plain(code: string, description: string, facts: ErrorFacts): TokenExchangerError {
  switch (code) {
    case 'invalid_request':
      return new InvalidRequestError(code, description, facts);
    case 'invalid_target':
      return new InvalidTargetError(code, description, facts);
    case 'invalid_client':
      return new InvalidClientError(code, description, facts);
    case 'not_found':
      return new NotFoundError(code, description, facts);
    case 'conflict':
      return new ConflictError(code, description, facts);
    default:
      return new TokenExchangerError(code, description, facts);
  }
}

function choices(wire: Wire): readonly AccountChoice[] {
  const list = Array.isArray(wire['choices']) ? wire['choices'] : [];
  return list.flatMap((item) => {
    const choice = asWire(item);
    const connectionId = choice && optionalText(choice, 'connection_id');
    return choice && connectionId ? [{ connectionId, account: optionalText(choice, 'account') ?? '' }] : [];
  });
}
