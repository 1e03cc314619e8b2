import type { Random } from '#libs/kernel';
import type { ProviderDefinition, TokenSet } from '#libs/providers';

/**
 * When a new token pair is to be refreshed ahead of need; undefined where nothing can be refreshed. Spread, so that
 * what was connected together is not refreshed together. Where a refresh kills the access token that others hold, the
 * spread stays within the lead, so that it happens as late as is safe.
 */
export function refreshDueAt(
  definition: ProviderDefinition,
  tokens: Pick<TokenSet, 'refreshToken' | 'accessExpiresAt'>,
  obtainedAt: Date,
  random: Random,
): Date | undefined {
  const { refresh, lifetime } = definition;
  if (!refresh || !tokens.refreshToken) return undefined;
  const assumed = lifetime.assumeAccessSeconds;
  const end =
    tokens.accessExpiresAt?.getTime() ?? (assumed === undefined ? undefined : obtainedAt.getTime() + assumed * 1000);
  if (end === undefined) return undefined;
  const part = random.bytes(4).readUInt32BE() / 2 ** 32;
  const lead = refresh.leadSeconds * 1000;
  const spread = refresh.accessTokenDiesOnRefresh ? lead / 2 : Math.max(0, end - obtainedAt.getTime()) / 10;
  return new Date(Math.max(obtainedAt.getTime(), end - lead - part * spread));
}
