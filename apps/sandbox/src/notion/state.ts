import { z } from 'zod';
import type { World } from '../world/world.js';
import { randomText, randomUuid, fingerprint } from '../world/random-text.js';
import type { NotionAuthorization } from './authorization.js';
import type { NotionIntegration } from './integrations.js';
import { NotionTokens } from './tokens.js';
import { seatName, type Seat } from './workspaces.js';

export const notionSwitches = z.strictObject({
  /** Body of OAuth errors: `oauth` is `{error, …}` as seen on the wire, `object` is `{object: "error", code, …}` as in the reference. */
  error_shape: z.enum(['oauth', 'object']),
  /** Give no refresh token, as to older integrations. */
  refresh_token_null: z.boolean(),
  /** Seconds until access tokens die without a word; null: never. The answer never says. */
  access_token_seconds: z.int().min(1).nullable(),
  /** Whether the old access token dies at a refresh; Notion does not document it. */
  refresh_kills_access: z.boolean(),
  /** Whether allowing again kills the older refresh token. */
  reauthorization_kills_refresh: z.boolean(),
  /** Whether the OAuth endpoints too insist on the header `Notion-Version`. */
  oauth_needs_version: z.boolean(),
});

export interface NotionCode {
  readonly integration: NotionIntegration;
  readonly seat: Seat;
  readonly pages: readonly string[];
  /** As the client sent it; undefined when it sent none. */
  readonly redirectUri: string | undefined;
  readonly expiresAt: Date;
  spent: boolean;
}

export interface NotionRequest {
  readonly integration: NotionIntegration;
  readonly redirectUri: string | undefined;
  readonly target: string;
  readonly state: string | undefined;
}

/** Everything that the sandbox's Notion remembers. */
export class NotionState {
  readonly integrations = new Map<string, NotionIntegration>();
  readonly tokens: NotionTokens;
  readonly pending = new Map<string, NotionRequest>();
  switches: z.infer<typeof notionSwitches> = {
    error_shape: 'oauth',
    refresh_token_null: false,
    access_token_seconds: null,
    refresh_kills_access: false,
    reauthorization_kills_refresh: true,
    oauth_needs_version: true,
  };
  readonly #authorizations = new Map<string, NotionAuthorization>();
  readonly #codes = new Map<string, NotionCode>();

  constructor(
    readonly world: World,
    integrations: readonly NotionIntegration[],
  ) {
    for (const integration of integrations) this.integrations.set(integration.clientId, integration);
    this.tokens = new NotionTokens(world);
  }

  issueCode(code: Omit<NotionCode, 'expiresAt' | 'spent'>): string {
    const value = `03${randomText(this.world.random, 34)}`;
    this.#codes.set(fingerprint(value), { ...code, expiresAt: this.world.clock.inSeconds(600), spent: false });
    return value;
  }

  findCode(value: string): NotionCode | undefined {
    return this.#codes.get(fingerprint(value));
  }

  /** One authorization per integration, person and workspace: allowing again changes its pages and keeps its bot. */
  authorize(code: NotionCode): NotionAuthorization {
    const { integration, seat, pages } = code;
    const key = `${integration.clientId} ${seatName(seat)}`;
    const known = this.#authorizations.get(key) ?? { integration, seat, botId: randomUuid(this.world.random), pages };
    known.pages = pages;
    this.#authorizations.set(key, known);
    return known;
  }

  /** The person removes the connection in the settings: all its tokens die. */
  disconnect(authorization: NotionAuthorization, why: string): number {
    this.#authorizations.delete(`${authorization.integration.clientId} ${seatName(authorization.seat)}`);
    const pairs = this.tokens.living(authorization);
    for (const pair of pairs) this.tokens.kill(pair, why);
    return pairs.length;
  }

  authorizations(): NotionAuthorization[] {
    return [...this.#authorizations.values()];
  }
}
