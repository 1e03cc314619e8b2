import * as oidc from 'openid-client';
import type { ConnectionsConfig } from '#libs/config';
import type { Egress } from '#libs/egress';
import { Failure } from '#libs/kernel';
import type { Logger } from '#libs/telemetry';

const retryAfterMs = 2_000;

/** The OpenID Connect issuer at which people sign in. Asked for its metadata at first use, so that its absence stops nobody from starting. */
export class Issuer {
  private found: Promise<oidc.Configuration> | undefined;
  private failedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly settings: ConnectionsConfig['signIn'],
    private readonly egress: Egress,
    private readonly logger: Logger,
  ) {}

  /** @throws Failure `temporarily_unavailable` */
  async configuration(): Promise<oidc.Configuration> {
    if (performance.now() - this.failedAt < retryAfterMs) throw away();
    try {
      this.found ??= this.discover();
      return await this.found;
    } catch (error) {
      this.found = undefined;
      this.failedAt = performance.now();
      this.logger.warn({ err: error }, 'the sign-in issuer does not answer');
      throw away();
    }
  }

  private discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    // Configuration allows plain http on localhost only.
    const insecure = issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [];
    return oidc.discovery(new URL(issuer), clientId, clientSecret.reveal(), undefined, {
      execute: insecure,
      timeout: 5,
      [oidc.customFetch]: (url, options) => this.fetch(url, options),
    });
  }

  /** All outbound calls leave through one guard, those of the library too. */
  private async fetch(url: string, options: oidc.CustomFetchOptions): Promise<Response> {
    const { method, headers, body, signal } = options;
    const sent = body === undefined || body === null ? {} : { body: bodyText(body) };
    const answer = await this.egress.request(url, { method, headers: plain(headers), signal, ...sent });
    const text = answer.status === 204 ? null : new Uint8Array(answer.body);
    return new Response(text, { status: answer.status, headers: plain(answer.headers) });
  }
}

function bodyText(body: oidc.FetchBody): string {
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('the sign-in library sent a body of another kind');
}

function plain(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const kept = Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(kept);
}

function away(): Failure {
  return new Failure('temporarily_unavailable', 'The sign-in service does not answer. Try again in a moment.', {
    retry_after: 5,
  });
}
