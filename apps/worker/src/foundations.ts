import type { WorkerConfig } from '#libs/config';
import { redirectUriOf } from '#libs/connecting';
import { createLocalKeyService, Fingerprinter, Vault } from '#libs/crypto';
import { Egress } from '#libs/egress';
import { systemClock, systemRandom, type Clock, type Random, type Uuid } from '#libs/kernel';
import {
  BranchKeyTable,
  Database,
  FingerprintKeyTable,
  findPlatformOrganization,
  ShredSecretTable,
} from '#libs/persistence';
import { builtInDefinitions, ProviderCatalogue, ProviderClient } from '#libs/providers';
import type { Logger } from '#libs/telemetry';

/** What everything else stands on. Its fields are named as the libs name what they depend on. */
export interface Foundations {
  readonly database: Database;
  /** A pool of its own: keys are read while a transaction of the other pool waits for them. */
  readonly keyDatabase: Database;
  readonly vault: Vault;
  readonly fingerprinter: Fingerprinter;
  readonly catalogue: ProviderCatalogue;
  readonly providers: ProviderClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The redirect address of a registration. */
  readonly redirectUri: (registrationId: Uuid) => string;
  readonly platformId: Uuid;
}

/** Throws when the database, the key file or the platform's organization is missing. */
export async function openFoundations(config: WorkerConfig, logger: Logger): Promise<Foundations> {
  const clock = systemClock;
  const random = systemRandom;
  const [database, keyDatabase] = await Promise.all([
    openPool(config, 'te-worker', config.database.poolSize),
    openPool(config, 'te-worker-keys', 2),
  ]);
  const platformId = await findPlatformOrganization(database);
  if (platformId === undefined) throw new Error('the database holds no platform organization yet');
  const vault = new Vault({
    keyService: await createLocalKeyService(config.keys.file),
    branchKeys: new BranchKeyTable(keyDatabase),
    shredSecrets: new ShredSecretTable(keyDatabase),
    clock,
    random,
  });
  const store = new FingerprintKeyTable(keyDatabase);
  const fingerprinter = await Fingerprinter.load({ vault, store, random, organizationId: platformId });
  const { allowedPrivateOrigins, connectionsUrl } = config;
  const userAgent = 'token-exchanger/0.1';
  const egress = new Egress({ allowedPrivateOrigins, timeoutMs: 10_000, maxBytes: 1_000_000, userAgent, logger });
  return {
    database,
    keyDatabase,
    vault,
    fingerprinter,
    catalogue: new ProviderCatalogue(builtInDefinitions),
    providers: new ProviderClient({ egress, clock }),
    clock,
    random,
    logger,
    redirectUri: (registrationId) => redirectUriOf(connectionsUrl, registrationId),
    platformId,
  };
}

function openPool(config: WorkerConfig, applicationName: string, poolSize: number): Promise<Database> {
  const url = config.database.url.reveal();
  return Database.open({ url, poolSize, applicationName, statementTimeoutMs: 10_000, lockTimeoutMs: 2_000 });
}
