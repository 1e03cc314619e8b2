import {
  AccessDeniedError,
  BindingMissingError,
  ConflictError,
  ConnectionError,
  InteractionRequiredError,
  InvalidClientError,
  InvalidRequestError,
  NotFoundError,
  RateLimitedError,
  TemporarilyUnavailableError,
  TimeoutError,
  TokenExchangerError,
} from '@token-exchanger/sdk';
import { ForeignForm } from './sessions.js';

/** An error in words for the person in front of the page. */
export interface Explanation {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  /** Quote it to whoever runs the Token Exchanger. */
  readonly requestId?: string | undefined;
}

/** The one place that says what an error means to a person. */
export function explain(error: unknown): Explanation {
  if (error instanceof ForeignForm) {
    return { status: 403, title: 'This form is too old', text: 'Go back to your notes and try once more.' };
  }
  if (error instanceof TokenExchangerError) return { ...ofTokenExchanger(error), requestId: error.requestId };
  const status = (error as { status?: unknown } | null)?.status;
  if (status === 400 || status === 413)
    return { status, title: 'That was too much', text: 'Notes could not read the form.' };
  return { status: 500, title: 'Something broke', text: 'Notes has a problem of its own.' };
}

type Words = Pick<Explanation, 'status' | 'title' | 'text'>;

const BEGIN_AGAIN = 'Go back to your notes and press Connect again.';

function ofTokenExchanger(error: TokenExchangerError): Words {
  if (error instanceof BindingMissingError) {
    const text = `This is not the browser in which connecting began, so nothing was connected. ${BEGIN_AGAIN}`;
    return { status: 400, title: 'Not connected', text };
  }
  if (error instanceof NotFoundError || error instanceof ConflictError) {
    return { status: 409, title: 'Not connected', text: `This link was used before or has run out. ${BEGIN_AGAIN}` };
  }
  if (error instanceof InteractionRequiredError) {
    return { status: 409, title: 'Your permission is needed', text: BEGIN_AGAIN };
  }
  if (error instanceof AccessDeniedError && error.deniedBy === 'user_denied') {
    const text =
      'You denied this lately, so Notes may not ask again for a day. Your page at the Token Exchanger lifts that.';
    return { status: 403, title: 'You said no', text };
  }
  if (error instanceof AccessDeniedError) {
    return { status: 403, title: 'Not allowed', text: 'A rule of the Token Exchanger does not let Notes do this.' };
  }
  if (error instanceof InvalidRequestError) {
    return {
      status: 400,
      title: 'That did not work',
      text: `The Token Exchanger refused this request. ${BEGIN_AGAIN}`,
    };
  }
  return outage(error);
}

const OUTAGES = [RateLimitedError, TemporarilyUnavailableError, ConnectionError, TimeoutError] as const;

function outage(error: TokenExchangerError): Words {
  if (OUTAGES.some((type) => error instanceof type)) {
    return { status: 503, title: 'Not right now', text: 'The Token Exchanger cannot answer. Try again in a moment.' };
  }
  const why = error instanceof InvalidClientError ? 'does not accept the key of Notes' : 'did not understand Notes';
  return {
    status: 502,
    title: 'Something is set up wrong',
    text: `The Token Exchanger ${why}. This is not your fault.`,
  };
}
