import { createHash } from 'node:crypto';
import type { ProviderDefinition } from './definition/schema.js';

/** A token pair as its schedule sees it. */
export interface PairFacts {
  readonly grantId: string;
  readonly generation: number;
  readonly hasRefreshToken: boolean;
  /** Handed out in the last 7 days, or new. */
  readonly hot: boolean;
  readonly obtainedAt: Date;
  readonly accessExpiresAt: Date | undefined;
  readonly refreshExpiresAt: Date | undefined;
}

export interface ScheduleFacts extends Omit<PairFacts, 'grantId' | 'generation'> {
  readonly lifetime: Pick<
    ProviderDefinition['lifetime'],
    'refreshIdleSeconds' | 'expiryUnknown' | 'assumeAccessSeconds'
  >;
  /** Undefined where the provider cannot refresh. */
  readonly refresh:
    Pick<NonNullable<ProviderDefinition['refresh']>, 'accessTokenDiesOnRefresh' | 'leadSeconds'> | undefined;
  /** From 0 to 1, fixed for a grant and generation: where in its window the refresh lies, so that a herd spreads. */
  readonly spread: number;
}

// The window in which refreshes of hot grants spread: a tenth of the life of the token, an hour at most.
const spreadShare = 0.1;
const longestSpreadMs = 3_600_000;

/** When a pair is to be refreshed without anybody asking; undefined means never. The same answer every time and everywhere. */
export function refreshDueAt(definition: ProviderDefinition, pair: PairFacts): Date | undefined {
  const { lifetime, refresh } = definition;
  return scheduledAt({ ...pair, lifetime, refresh, spread: spreadOf(pair.grantId, pair.generation) });
}

/** As good as random, and the same for a grant and generation wherever it is asked. */
function spreadOf(grantId: string, generation: number): number {
  return createHash('sha256').update(`${grantId}.${generation}`).digest().readUInt32BE() / 2 ** 32;
}

/**
 * A grant in use is refreshed ahead of its expiry, so that nobody waits for the provider; late within that window where
 * the refresh kills the access token that servers hold. Any grant is refreshed at half the time after which the provider
 * would let its refresh token die unused. An unknown expiry counts as the assumed one, or as none.
 */
export function scheduledAt(facts: ScheduleFacts): Date | undefined {
  if (!facts.refresh || !facts.hasRefreshToken) return undefined;
  const times = [facts.hot ? aheadOfExpiry(facts, facts.refresh) : undefined, toStayAlive(facts)];
  const due = Math.min(...times.filter((time) => time !== undefined));
  return Number.isFinite(due) ? new Date(due) : undefined;
}

function aheadOfExpiry(facts: ScheduleFacts, refresh: NonNullable<ScheduleFacts['refresh']>): number | undefined {
  const obtained = facts.obtainedAt.getTime();
  const expires = facts.accessExpiresAt?.getTime() ?? assumedExpiry(facts);
  if (expires === undefined) return undefined;
  const life = Math.max(0, expires - obtained);
  // A token that lives for a minute would otherwise be refreshed without end.
  const lead = Math.min(refresh.leadSeconds * 1000, life / 4);
  const window = refresh.accessTokenDiesOnRefresh ? lead / 2 : Math.min(life * spreadShare, longestSpreadMs);
  const latest = refresh.accessTokenDiesOnRefresh ? expires - lead / 2 : expires - lead;
  return latest - window * facts.spread;
}

function assumedExpiry({ lifetime, obtainedAt }: ScheduleFacts): number | undefined {
  if (!lifetime.expiryUnknown || lifetime.assumeAccessSeconds === undefined) return undefined;
  return obtainedAt.getTime() + lifetime.assumeAccessSeconds * 1000;
}

function toStayAlive({ lifetime, obtainedAt, refreshExpiresAt, spread }: ScheduleFacts): number | undefined {
  const obtained = obtainedAt.getTime();
  const limits = [
    lifetime.refreshIdleSeconds === undefined ? undefined : lifetime.refreshIdleSeconds * 1000,
    refreshExpiresAt === undefined ? undefined : refreshExpiresAt.getTime() - obtained,
  ].filter((limit) => limit !== undefined);
  if (limits.length === 0) return undefined;
  const limit = Math.max(0, Math.min(...limits));
  return obtained + limit / 2 - limit * 0.05 * spread;
}
