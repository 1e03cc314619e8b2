import type { OpenRequest } from '#libs/egress';
import type { Secret } from '#libs/kernel';
import type { TokenEndpoint } from './definition/endpoint.js';
import type { TokenSet } from './reply/token-set.js';
import { sendTokenCall, type At, type CallDeps, type SendTokenOptions } from './token-calls.js';

export interface RefreshOptions extends SendTokenOptions {
  /** The least that is wanted; sent only where the provider can narrow. */
  readonly scopes?: readonly string[];
  /** The scopes of the grant so far, which hold where the provider does not repeat them (RFC 6749 section 6). */
  readonly knownScopes?: readonly string[];
}

/** A refresh whose connection stands and whose refresh token has not left yet. Use it once: `send`, or `close`. */
export class OpenRefresh {
  constructor(
    private readonly deps: CallDeps,
    private readonly at: At,
    private readonly endpoint: TokenEndpoint,
    private readonly open: OpenRequest,
  ) {}

  /**
   * Spends the refresh token. @throws ProviderError; with outcome `not_sent` or `rejected` the token was not spent
   */
  async send(refreshToken: Secret, options: RefreshOptions = {}): Promise<TokenSet> {
    const call = {
      endpoint: this.endpoint,
      open: this.open,
      params: {
        grant_type: 'refresh_token',
        refresh_token: refreshToken.reveal(),
        ...this.#redirectUri(),
        ...this.#scope(options),
      },
      sent: [refreshToken],
      scopesIfUnsaid: this.#narrows(options) ? options.scopes : (options.knownScopes ?? []),
    };
    return sendTokenCall(this.deps, this.at, call, options);
  }

  /** Gives up; nothing is sent. */
  close(): void {
    this.open.close();
  }

  #narrows(options: RefreshOptions): options is RefreshOptions & { scopes: readonly string[] } {
    return options.scopes !== undefined && (this.at.definition.refresh?.sendScope ?? 'never') !== 'never';
  }

  #redirectUri(): Record<string, string> {
    const { definition, registration } = this.at;
    return definition.refresh?.sendRedirectUri === true ? { redirect_uri: registration.redirectUri } : {};
  }

  #scope({ scopes, knownScopes }: RefreshOptions): Record<string, string> {
    const { refresh, scopes: rules } = this.at.definition;
    const how = refresh?.sendScope ?? 'never';
    const named = how === 'required' ? (scopes ?? knownScopes) : how === 'optional' ? scopes : undefined;
    if (named === undefined || rules.kind === 'capabilities') return {};
    return { [rules.parameter]: named.join(rules.requestSeparator) };
  }
}
