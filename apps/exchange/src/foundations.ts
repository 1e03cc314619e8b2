import type { ExchangeConfig } from '#libs/config';
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
  /** A pool of its own for auditors, so that a long query never waits in front of a hand-out. */
  readonly auditDatabase: Database;
  readonly vault: Vault;
  readonly fingerprinter: Fingerprinter;
  readonly catalogue: ProviderCatalogue;
  readonly providers: ProviderClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly connectionsUrl: string;
  /** The redirect address of a registration. */
  readonly redirectUri: (registrationId: Uuid) => string;
  readonly platformId: Uuid;
}

/** Throws when the database, the key file or the platform's organization is missing. */
export async function openFoundations(config: ExchangeConfig, logger: Logger): Promise<Foundations> {
  const clock = systemClock;
  const random = systemRandom;
  const [database, keyDatabase, auditDatabase] = await Promise.all([
    openPool(config, { name: 'te-exchange', size: config.database.poolSize, statementMs: 1_000 }),
    openPool(config, { name: 'te-exchange-keys', size: 2, statementMs: 1_000 }),
    openPool(config, { name: 'te-exchange-audit', size: 2, statementMs: 10_000 }),
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
  return {
    database,
    keyDatabase,
    auditDatabase,
    vault,
    fingerprinter,
    catalogue: new ProviderCatalogue(builtInDefinitions),
    providers: new ProviderClient({ egress: wayOut(config, logger), clock }),
    clock,
    random,
    logger,
    connectionsUrl: config.connectionsUrl,
    redirectUri: (registrationId) => redirectUriOf(config.connectionsUrl, registrationId),
    platformId,
  };
}

function wayOut({ allowedPrivateOrigins }: ExchangeConfig, logger: Logger): Egress {
  const userAgent = 'token-exchanger/0.1';
  return new Egress({ allowedPrivateOrigins, timeoutMs: 10_000, maxBytes: 1_000_000, userAgent, logger });
}

function openPool(
  config: ExchangeConfig,
  pool: { readonly name: string; readonly size: number; readonly statementMs: number },
): Promise<Database> {
  return Database.open({
    url: config.database.url.reveal(),
    poolSize: pool.size,
    applicationName: pool.name,
    statementTimeoutMs: pool.statementMs,
    lockTimeoutMs: 1_000,
  });
}
