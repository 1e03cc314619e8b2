import type { Fingerprinter, Vault } from '#libs/crypto';
import type { Clock, Random, Uuid } from '#libs/kernel';
import type { Database } from '#libs/persistence';
import type { ProviderCatalogue, ProviderClient } from '#libs/providers';
import type { Logger } from '#libs/telemetry';

export interface RevocationDeps {
  readonly database: Database;
  readonly vault: Vault;
  readonly fingerprinter: Fingerprinter;
  readonly catalogue: ProviderCatalogue;
  readonly providers: ProviderClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The redirect address of a registration, for providers that want to see it at a refresh too. */
  readonly redirectUri: (registrationId: Uuid) => string;
  /** How long an answer waits for the provider, in milliseconds; what takes longer is `pending`. Default 3000. */
  readonly inlineMs?: number;
}

/** Who takes access away, for the log. */
export interface RevokedBy {
  readonly actor: 'server' | 'user' | 'operator' | 'worker';
  readonly keyId?: Uuid | undefined;
  readonly requestId?: string | undefined;
  readonly traceId?: string | undefined;
}

export interface RevocationResult {
  /** Nobody gets a token by what was revoked any more: true also when that was so before. */
  readonly revoked: true;
  /**
   * What became of the token at the provider. `unsupported`: it cannot be revoked there, or others rest on it.
   * `pending`: not yet, the worker goes on trying.
   */
  readonly upstream: 'revoked' | 'pending' | 'unsupported';
  /** Until when a token that is out may live; undefined when none lives, or when it is not known. */
  readonly tokenLivesUntil?: Date;
}
