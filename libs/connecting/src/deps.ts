import type { Fingerprinter, Vault } from '#libs/crypto';
import type { Clock, Random } from '#libs/kernel';
import type { Database } from '#libs/persistence';
import type { ProviderCatalogue, ProviderClient } from '#libs/providers';
import type { Logger } from '#libs/telemetry';

/** What the steps of connecting work with. Each use case names the part that it needs. */
export interface ConnectingDeps {
  readonly database: Database;
  readonly vault: Vault;
  readonly fingerprinter: Fingerprinter;
  readonly catalogue: ProviderCatalogue;
  readonly providers: ProviderClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Origin of the connections app, without a slash at the end. */
  readonly connectionsUrl: string;
}
