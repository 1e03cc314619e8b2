import * as answers from './answers.js';
import { Connect } from './connect.js';
import { ExchangedToken } from './exchanged-token.js';
import { type CallOptions, checkOptions, type TokenExchangerOptions } from './options.js';
import { compact } from './read.js';
import type { ExchangeOptions, ExchangeRequest, RevokeRequest, WithTokenOptions } from './requests.js';
import { Sender } from './sender.js';
import { type TokenWork, withToken } from './with-token.js';

/**
 * A client of the Token Exchanger. Make one and keep it: it holds no token and no connection of its own, and may be used
 * by any number of requests at once.
 */
export class TokenExchanger {
  readonly #sender: Sender;
  /** How a person connects an account. */
  readonly connect: Connect;

  /** @throws InvalidRequestError that names the option and its rule */
  constructor(options: TokenExchangerOptions) {
    const settings = checkOptions(options);
    this.#sender = new Sender(settings);
    this.connect = new Connect(this.#sender, settings.runtime);
  }

  /**
   * A token of this person for this provider.
   * @throws InteractionRequiredError when the person has to connect, reconnect or allow more
   * @throws AccountSelectionRequiredError when there are several accounts to choose from
   * @throws AccessDeniedError when an operator's or the person's rule forbids it
   * @throws TokenExchangerError for everything else
   */
  exchange(userId: string, provider: string, options?: ExchangeOptions): Promise<ExchangedToken>;
  exchange(request: ExchangeRequest): Promise<ExchangedToken>;
  async exchange(first: string | ExchangeRequest, provider = '', options?: ExchangeOptions): Promise<ExchangedToken> {
    const request = typeof first === 'string' ? { ...options, userId: first, provider } : first;
    const body = compact({
      user_id: request.userId,
      provider: request.provider,
      scopes: request.scopes,
      connection_id: request.connectionId,
      min_validity: request.minValidity,
      rejected_exchange_id: request.rejectedExchangeId,
      purpose: request.purpose,
      tool: request.tool,
      call_id: request.callId,
    });
    return new ExchangedToken(await this.#post('/token/exchange', body, request));
  }

  /**
   * Does some work with a token. When the provider answers 401 (the work throws an error with status 401, or returns a
   * `Response` with it), the token is reported as rejected and the work is done once more with another one.
   * @throws what `exchange` throws, or what the work throws
   */
  withToken<T>(userId: string, provider: string, work: TokenWork<T>, options: WithTokenOptions = {}): Promise<T> {
    return withToken((more) => this.exchange({ ...more, userId, provider }), work, options);
  }

  /**
   * Gives up your server's access, or kills one token that you hold. Doing it twice is no error.
   * @throws TokenExchangerError
   */
  async revoke(request: RevokeRequest): Promise<answers.Revocation> {
    const body =
      'token' in request
        ? { token: request.token }
        : compact({ user_id: request.userId, provider: request.provider, connection_id: request.connectionId });
    return answers.revocation(await this.#post('/token/revoke', body, request));
  }

  /** What can be connected. */
  async providers(options?: CallOptions): Promise<readonly answers.Provider[]> {
    const call = { method: 'GET', path: '/providers', repeatable: 'idempotent', options } as const;
    return answers.providers(await this.#sender.send(call));
  }

  /** The accounts of this person that your server may use. */
  async connections(userId: string, options?: CallOptions): Promise<readonly answers.Connection[]> {
    return answers.connections(await this.#post('/connections/query', { user_id: userId }, options));
  }

  #post(path: string, body: object, options: CallOptions | undefined) {
    return this.#sender.send({ method: 'POST', path, body, repeatable: 'idempotent', options });
  }
}
