import { fingerprint, randomText } from '../world/random-text.js';
import type { World } from '../world/world.js';
import type { NotionAuthorization } from './authorization.js';

export interface NotionPair {
  readonly id: number;
  readonly authorization: NotionAuthorization;
  readonly generation: number;
  /** SHA-256 of the token. */
  readonly access: string;
  readonly refresh: string | null;
  readonly issuedAt: Date;
  accessExpiresAt: Date | undefined;
  accessDead: string | undefined;
  refreshDead: string | undefined;
}

export interface NotionMinted {
  readonly pair: NotionPair;
  readonly accessToken: string;
  readonly refreshToken: string | null;
}

export interface NotionMintOptions {
  readonly generation: number;
  readonly withRefresh: boolean;
  /** Seconds; null: until something kills it. */
  readonly accessSeconds: number | null;
}

/** Every token that the sandbox's Notion ever gave out, by fingerprint. */
export class NotionTokens {
  readonly #byAccess = new Map<string, NotionPair>();
  readonly #byRefresh = new Map<string, NotionPair>();

  constructor(private readonly world: Pick<World, 'clock' | 'random'>) {}

  mint(authorization: NotionAuthorization, options: NotionMintOptions): NotionMinted {
    const { clock, random } = this.world;
    const accessToken = `ntn_${randomText(random, 46)}`;
    const refreshToken = options.withRefresh ? `nrt_${randomText(random, 46)}` : null;
    const pair: NotionPair = {
      id: this.#byAccess.size + 1,
      authorization,
      generation: options.generation,
      access: fingerprint(accessToken),
      refresh: refreshToken === null ? null : fingerprint(refreshToken),
      issuedAt: clock.now(),
      accessExpiresAt: options.accessSeconds === null ? undefined : clock.inSeconds(options.accessSeconds),
      accessDead: undefined,
      refreshDead: undefined,
    };
    this.#byAccess.set(pair.access, pair);
    if (pair.refresh !== null) this.#byRefresh.set(pair.refresh, pair);
    return { pair, accessToken, refreshToken };
  }

  alive(accessToken: string): NotionPair | undefined {
    const pair = this.byAccess(accessToken);
    return pair && this.accessAlive(pair) ? pair : undefined;
  }

  byAccess(accessToken: string): NotionPair | undefined {
    return this.#byAccess.get(fingerprint(accessToken));
  }

  byRefresh(refreshToken: string): NotionPair | undefined {
    return this.#byRefresh.get(fingerprint(refreshToken));
  }

  accessAlive(pair: NotionPair): boolean {
    if (pair.accessDead !== undefined) return false;
    return pair.accessExpiresAt === undefined || pair.accessExpiresAt > this.world.clock.now();
  }

  kill(pair: NotionPair, why: string): void {
    pair.accessDead ??= why;
    pair.refreshDead ??= why;
  }

  /** Pairs of which anything still works, oldest first. */
  living(authorization?: NotionAuthorization): NotionPair[] {
    return [...this.#byAccess.values()].filter(
      (pair) =>
        (authorization === undefined || pair.authorization === authorization) &&
        (this.accessAlive(pair) || (pair.refresh !== null && pair.refreshDead === undefined)),
    );
  }
}
