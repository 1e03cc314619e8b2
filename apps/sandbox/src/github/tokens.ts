import { fingerprint, randomText } from '../world/random-text.js';
import type { World } from '../world/world.js';
import type { GithubAccount } from './accounts.js';
import type { GithubApp } from './apps.js';

export const accessSeconds = 28_800;
export const refreshSeconds = 15_897_600;

export interface Mint {
  readonly app: GithubApp;
  readonly account: GithubAccount;
  readonly scopes: readonly string[];
  readonly expiring: boolean;
  readonly generation: number;
  /** Only these repositories (`POST …/token/scoped`). */
  readonly repositoryIds?: readonly number[];
}

export interface TokenPair extends Mint {
  /** Age order. */
  readonly id: number;
  /** SHA-256 of the access token; it changes when the token is reset. */
  access: string;
  lastEight: string;
  accessExpiresAt: Date | undefined;
  /** Why the access token no longer works before its time. */
  accessDead: string | undefined;
  readonly refresh: string | undefined;
  readonly refreshExpiresAt: Date | undefined;
  refreshDead: string | undefined;
  /** Replicas learn of a new token a little later than the client. */
  readonly usableFrom: Date;
  readonly createdAt: Date;
}

export interface Minted {
  readonly pair: TokenPair;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
}

/** Every token that the sandbox's GitHub ever gave out, by fingerprint. */
export class GithubTokens {
  readonly #byAccess = new Map<string, TokenPair>();
  readonly #byRefresh = new Map<string, TokenPair>();
  #lastId = 0;

  constructor(private readonly world: Pick<World, 'clock' | 'random'>) {}

  mint(mint: Mint, usableAfterMs = 0): Minted {
    const { clock } = this.world;
    const accessToken = this.#newAccessToken(mint.app);
    const refreshToken = mint.expiring ? `ghr_${randomText(this.world.random, 76)}` : undefined;
    const pair: TokenPair = {
      ...mint,
      id: ++this.#lastId,
      access: fingerprint(accessToken),
      lastEight: accessToken.slice(-8),
      accessExpiresAt: mint.expiring ? clock.inSeconds(accessSeconds) : undefined,
      accessDead: undefined,
      refresh: refreshToken === undefined ? undefined : fingerprint(refreshToken),
      refreshExpiresAt: mint.expiring ? clock.inSeconds(refreshSeconds) : undefined,
      refreshDead: undefined,
      usableFrom: clock.inSeconds(usableAfterMs / 1000),
      createdAt: clock.now(),
    };
    this.#byAccess.set(pair.access, pair);
    if (pair.refresh !== undefined) this.#byRefresh.set(pair.refresh, pair);
    return { pair, accessToken, refreshToken };
  }

  /** The pair of this access token, if the token works now. */
  usable(accessToken: string): TokenPair | undefined {
    const pair = this.alive(accessToken);
    return pair && pair.usableFrom <= this.world.clock.now() ? pair : undefined;
  }

  /** The pair of this access token, if the token is valid, also where replicas have not heard of it yet. */
  alive(accessToken: string): TokenPair | undefined {
    const pair = this.#byAccess.get(fingerprint(accessToken));
    return pair && this.accessAlive(pair) ? pair : undefined;
  }

  byRefresh(refreshToken: string): TokenPair | undefined {
    return this.#byRefresh.get(fingerprint(refreshToken));
  }

  accessAlive(pair: TokenPair): boolean {
    return (
      pair.accessDead === undefined && (pair.accessExpiresAt ?? this.world.clock.inSeconds(1)) > this.world.clock.now()
    );
  }

  /** Why this refresh token is no good; undefined when it is. */
  refreshRefusal(pair: TokenPair): string | undefined {
    if (pair.refreshDead !== undefined) return pair.refreshDead;
    return pair.refreshExpiresAt && pair.refreshExpiresAt > this.world.clock.now() ? undefined : 'expired';
  }

  kill(pair: TokenPair, why: string): void {
    pair.accessDead ??= why;
    pair.refreshDead ??= why;
  }

  /** A new access token in the place of the old one, which dies. */
  reset(pair: TokenPair): string {
    const accessToken = this.#newAccessToken(pair.app);
    this.#byAccess.delete(pair.access);
    pair.access = fingerprint(accessToken);
    pair.lastEight = accessToken.slice(-8);
    this.#byAccess.set(pair.access, pair);
    return accessToken;
  }

  /** Pairs of which anything still works, oldest first. */
  living(app?: GithubApp, account?: GithubAccount): TokenPair[] {
    return [...this.#byAccess.values()]
      .filter(
        (pair) =>
          (app === undefined || pair.app.clientId === app.clientId) &&
          (account === undefined || pair.account === account),
      )
      .filter(
        (pair) => this.accessAlive(pair) || (pair.refresh !== undefined && this.refreshRefusal(pair) === undefined),
      )
      .sort((a, b) => a.id - b.id);
  }

  #newAccessToken(app: GithubApp): string {
    return `${app.kind === 'oauth' ? 'gho' : 'ghu'}_${randomText(this.world.random, 36)}`;
  }
}
