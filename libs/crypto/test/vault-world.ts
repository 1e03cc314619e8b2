import { newId, systemRandom, type Random } from '#libs/kernel';
import type { CacheLimits } from '../src/branch-key-cache.js';
import { Vault } from '../src/vault.js';
import { MemoryBranchKeys, MemoryShredSecrets, RemoteKeyService, StoppedClock } from './memory-keys.js';

export const minute = 60_000;

/** Long enough for every background refresh that a test has started. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** A vault with everything around it in memory. `another()` is a second replica on the same stores and key service. */
export function vaultWorld(options: { cache?: Partial<CacheLimits>; random?: Random } = {}) {
  const clock = new StoppedClock();
  const keyService = new RemoteKeyService();
  const branchKeys = new MemoryBranchKeys();
  const shredSecrets = new MemoryShredSecrets();
  const calls: string[] = [];
  const another = () =>
    new Vault({
      clock,
      keyService,
      branchKeys,
      shredSecrets,
      random: options.random ?? systemRandom,
      cache: options.cache ?? {},
      onKeyServiceCall: (operation, outcome) => calls.push(`${operation} ${outcome}`),
    });
  return { clock, keyService, branchKeys, shredSecrets, calls, another, vault: another() };
}

/** Ids that differ in each call. */
export const ids = {
  organizationId: newId(),
  userId: newId(),
  recordId: newId(),
};
