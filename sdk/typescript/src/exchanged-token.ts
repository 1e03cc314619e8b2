import { optionalDate, optionalNumber, scopeList, text, texts, unexpected, type Wire } from './read.js';

/** What is safe to log of a hand-out. */
export interface ExchangedTokenFacts {
  readonly provider: string;
  readonly scopes: readonly string[];
  readonly connectionId: string;
  readonly exchangeId: string;
  readonly expiresIn?: number;
  readonly expiresAt?: Date;
  readonly warnings: readonly string[];
}

/**
 * A token of a person for one provider. The SDK keeps none of them, and neither should you: use it for the work at hand
 * and ask again. Logging, inspecting, spreading and `JSON.stringify` show everything but the token.
 */
export class ExchangedToken implements ExchangedTokenFacts {
  readonly #accessToken: string;
  /** Slug of the provider, for instance `github`. */
  readonly provider: string;
  /** What the token can really do, which may be more than you asked for; see `warnings`. */
  readonly scopes: readonly string[];
  /** The connection as your server knows it. */
  readonly connectionId: string;
  /** This hand-out in the audit log. */
  readonly exchangeId: string;
  /** Seconds that the token lived when it was handed out. Absent when the provider does not say. */
  declare readonly expiresIn?: number;
  /** When the token ends. Absent when the provider does not say; then watch for 401, as `withToken` does. */
  declare readonly expiresAt?: Date;
  /** For instance `wider_than_requested`. */
  readonly warnings: readonly string[];

  /** @internal */
  constructor(wire: Wire) {
    if (text(wire, 'token_type').toLowerCase() !== 'bearer') throw unexpected('has a token_type other than Bearer');
    this.#accessToken = text(wire, 'access_token');
    this.provider = text(wire, 'provider');
    this.scopes = scopeList(wire);
    this.connectionId = text(wire, 'connection_id');
    this.exchangeId = text(wire, 'exchange_id');
    const expiresIn = optionalNumber(wire, 'expires_in');
    const expiresAt = optionalDate(wire, 'expires_at');
    if (expiresIn !== undefined) this.expiresIn = expiresIn;
    if (expiresAt !== undefined) this.expiresAt = expiresAt;
    this.warnings = texts(wire, 'warnings');
  }

  /** The bearer token itself. Send it to the provider only, as `Authorization: Bearer …` (RFC 6750 section 2.1). */
  get accessToken(): string {
    return this.#accessToken;
  }

  /** Everything but the token. */
  toJSON(): ExchangedTokenFacts {
    // Own enumerable properties only: the token is neither.
    return Object.assign({} as ExchangedTokenFacts, this);
  }

  /** What `console.log` and `util.inspect` of Node show: everything but the token. */
  [Symbol.for('nodejs.util.inspect.custom')](
    _depth: number,
    options: object,
    inspect?: (value: unknown, options: object) => string,
  ): unknown {
    const shown = { accessToken: '[hidden]', ...this.toJSON() };
    return inspect ? `ExchangedToken ${inspect(shown, options)}` : shown;
  }
}
