import type { Egress } from '#libs/egress';
import type { Clock, Secret } from '#libs/kernel';
import type { ProviderDefinition } from './definition/schema.js';
import { identifyAccount, probeToken, type Account, type Life } from './identify.js';
import { OpenRefresh } from './open-refresh.js';
import type { RegistrationAtProvider } from './registration.js';
import { renderUrl } from './render-url.js';
import type { TokenSet } from './reply/token-set.js';
import { revokeTokens, type Revocation, type TokensToRevoke } from './revoke.js';
import { openTokenCall, refreshEndpoint, sendTokenCall, type CallDeps, type SendTokenOptions } from './token-calls.js';

export interface ProviderClientDeps {
  readonly egress: Egress;
  readonly clock: Clock;
  /** Milliseconds before each repeat when a token some milliseconds old is not known yet; default 100, 300, 600. */
  readonly settleDelaysMs?: readonly number[];
}

/** What a redirect to the provider is built from; `state`, `redirect_uri` and the challenge are the caller's to add. */
export interface AuthorizeEndpoint {
  readonly url: string;
  /** Static parameters, the account picker's among them. */
  readonly params: Readonly<Record<string, string>>;
  readonly pkce: 'off' | 'S256' | 'required';
  /** Name of the scope parameter; undefined where the provider has no scopes. */
  readonly scopeParameter: string | undefined;
  readonly scopeSeparator: string;
}

export interface CodeToSpend extends SendTokenOptions {
  readonly code: Secret;
  readonly codeVerifier?: Secret | undefined;
  readonly requestedScopes: readonly string[];
}

/** Talks to any provider by its definition. */
export class ProviderClient {
  readonly #deps: CallDeps;
  readonly #settleDelaysMs: readonly number[];

  constructor({ egress, clock, settleDelaysMs }: ProviderClientDeps) {
    this.#deps = { egress, clock };
    this.#settleDelaysMs = settleDelaysMs ?? [100, 300, 600];
  }

  /** @throws ProviderError class `operator` when the registration's parameters do not fit the definition */
  authorizeEndpoint(definition: ProviderDefinition, registration: RegistrationAtProvider): AuthorizeEndpoint {
    const { authorize, scopes } = definition;
    return {
      url: renderUrl(definition, registration, authorize.url, 'endpoints').href,
      params: { ...authorize.params, ...authorize.accountPicker },
      pkce: authorize.pkce,
      scopeParameter: scopes.kind === 'oauth' ? scopes.parameter : undefined,
      scopeSeparator: scopes.kind === 'oauth' ? scopes.requestSeparator : ' ',
    };
  }

  /** Spends an authorization code (RFC 6749 section 4.1.3, RFC 7636 section 4.5). @throws ProviderError */
  async spendCode(
    definition: ProviderDefinition,
    registration: RegistrationAtProvider,
    { code, codeVerifier, requestedScopes, ...options }: CodeToSpend,
  ): Promise<TokenSet> {
    const at = { definition, registration };
    const endpoint = definition.token;
    const call = {
      endpoint,
      open: await openTokenCall(this.#deps, at, endpoint),
      params: {
        grant_type: 'authorization_code',
        code: code.reveal(),
        redirect_uri: registration.redirectUri,
        ...(codeVerifier === undefined ? {} : { code_verifier: codeVerifier.reveal() }),
      },
      sent: codeVerifier === undefined ? [code] : [code, codeVerifier],
      scopesIfUnsaid: requestedScopes,
    };
    return sendTokenCall(this.#deps, at, call, options);
  }

  /** Opens the connection for a refresh; nothing leaves before `send`. @throws ProviderError outcome `not_sent` */
  async openRefresh(definition: ProviderDefinition, registration: RegistrationAtProvider): Promise<OpenRefresh> {
    const at = { definition, registration };
    const endpoint = refreshEndpoint(definition);
    return new OpenRefresh(this.#deps, at, endpoint, await openTokenCall(this.#deps, at, endpoint));
  }

  async revoke(
    definition: ProviderDefinition,
    registration: RegistrationAtProvider,
    tokens: TokensToRevoke,
  ): Promise<Revocation> {
    return revokeTokens(this.#deps, { definition, registration }, tokens);
  }

  /** @throws ProviderError */
  async identify(
    definition: ProviderDefinition,
    registration: RegistrationAtProvider,
    tokens: Pick<TokenSet, 'accessToken' | 'metadata'>,
  ): Promise<Account> {
    return identifyAccount(this.#deps, { definition, registration }, tokens, this.#settleDelaysMs);
  }

  async probe(
    definition: ProviderDefinition,
    registration: RegistrationAtProvider,
    accessToken: Secret,
    deadline?: AbortSignal,
  ): Promise<Life> {
    return probeToken(this.#deps, { definition, registration }, accessToken, deadline);
  }
}
