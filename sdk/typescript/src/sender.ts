import { type Answer, readAnswer } from './answer.js';
import { type Deadline, orAbort, startDeadline } from './deadline.js';
import { errorFromAnswer } from './error-from-answer.js';
import { ConnectionError, type TokenExchangerError } from './errors.js';
import { bytesMayHaveLeft } from './network-failure.js';
import { type CallOptions, checkNumber, type Settings } from './options.js';
import { asWire, unexpected, type Wire } from './read.js';
import { delayBeforeRetry, mayRepeat, type Repeatable, type TryFailure } from './retry.js';
import { VERSION } from './version.js';

/** One call of the API. */
export interface Call {
  readonly method: 'GET' | 'POST';
  /** Begins with a slash; its variable parts are already encoded. */
  readonly path: string;
  readonly body?: object;
  readonly repeatable: Repeatable;
  readonly options: CallOptions | undefined;
}

type Try =
  | { readonly answer: Wire }
  | { readonly error: TokenExchangerError; readonly failure: TryFailure; readonly retryAfter: number | undefined };

/** Sends calls: credential, deadline and retries are its business, what a call means is not. */
export class Sender {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /**
   * @returns the JSON object of a 2xx answer
   * @throws TokenExchangerError or the reason of the caller's signal
   */
  async send(call: Call): Promise<Wire> {
    const { runtime, timeoutMs } = this.#settings;
    const limit = checkNumber('timeoutMs', call.options?.timeoutMs ?? timeoutMs, { min: 1, max: 600_000 });
    const deadline = startDeadline(limit, call.options?.signal, runtime.now);
    try {
      return await this.#sendUntilOver(call, deadline);
    } finally {
      deadline.close();
    }
  }

  async #sendUntilOver(call: Call, deadline: Deadline): Promise<Wire> {
    const { retry, runtime } = this.#settings;
    for (let attempt = 1; ; attempt += 1) {
      deadline.throwIfOver();
      const result = await this.#try(call, deadline);
      if ('answer' in result) return result.answer;
      if (attempt > retry.maxRetries || !mayRepeat(call.repeatable, result.failure)) throw result.error;
      const delay = delayBeforeRetry(retry, attempt, result.retryAfter, runtime.random);
      // Waiting for a time-out would only hide the better reason.
      if (delay === undefined || delay >= deadline.remaining()) throw result.error;
      await runtime.sleep(delay, deadline.signal);
    }
  }

  async #try(call: Call, deadline: Deadline): Promise<Try> {
    const request = await this.#request(call, deadline);
    let answer: Answer;
    try {
      const reply = await this.#settings.fetch(this.#settings.baseUrl + call.path, request);
      answer = await readAnswer(reply, this.#settings.runtime.wallNow);
    } catch (cause) {
      deadline.throwIfOver();
      const mayHaveLeft = bytesMayHaveLeft(cause);
      const what = mayHaveLeft
        ? 'the connection to the Token Exchanger broke'
        : 'the Token Exchanger cannot be reached';
      const error = new ConnectionError('connection_failed', what, { cause });
      return { error, failure: { kind: 'network', mayHaveLeft }, retryAfter: undefined };
    }
    return judge(answer);
  }

  async #request(call: Call, deadline: Deadline): Promise<RequestInit> {
    const credential = await orAbort(this.#settings.credential(), deadline.signal);
    return {
      method: call.method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${credential}`,
        'user-agent': `${this.#settings.userAgentPrefix}token-exchanger-typescript/${VERSION}`,
        ...(call.body && { 'content-type': 'application/json' }),
      },
      ...(call.body && { body: JSON.stringify(call.body) }),
      // A redirect would carry ids of people, and perhaps the credential, to where nobody configured them to go.
      redirect: 'manual',
      signal: deadline.signal,
    };
  }
}

function judge(answer: Answer): Try {
  const { status, retryAfter } = answer;
  if (status < 200 || status > 299) {
    return { error: errorFromAnswer(answer), failure: { kind: 'answer', status, retryAfter }, retryAfter };
  }
  const wire = asWire(answer.body);
  if (!wire) throw unexpected('is no JSON object');
  return { answer: wire };
}
