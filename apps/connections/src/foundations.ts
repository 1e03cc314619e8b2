import type { ConnectionsConfig } from '#libs/config';
import type { ConnectingDeps } from '#libs/connecting';
import { createLocalKeyService, Fingerprinter, Vault } from '#libs/crypto';
import { Egress } from '#libs/egress';
import { systemClock, systemRandom, type Uuid } from '#libs/kernel';
import {
  BranchKeyTable,
  Database,
  FingerprintKeyTable,
  findPlatformOrganization,
  ShredSecretTable,
} from '#libs/persistence';
import { builtInDefinitions, ProviderCatalogue, ProviderClient } from '#libs/providers';
import type { Logger } from '#libs/telemetry';
import { redirectUriOf } from '#libs/connecting';

/** What everything else stands on. */
export interface Foundations extends ConnectingDeps {
  /** A pool of its own: keys are read while a transaction of the other pool waits for them. */
  readonly keyDatabase: Database;
  readonly egress: Egress;
  readonly platformId: Uuid;
  readonly redirectUri: (registrationId: Uuid) => string;
  close(): Promise<void>;
}

/** Throws when the database, the key file or the platform's organization is missing. */
export async function openFoundations(config: ConnectionsConfig, logger: Logger): Promise<Foundations> {
  const [database, keyDatabase] = await Promise.all([
    openPool(config, 'te-connections', config.database.poolSize),
    openPool(config, 'te-connections-keys', 2),
  ]);
  const platformId = await findPlatformOrganization(database);
  if (platformId === undefined) throw new Error('the database holds no platform organization yet');
  const clock = systemClock;
  const random = systemRandom;
  const vault = new Vault({
    keyService: await createLocalKeyService(config.keys.file),
    branchKeys: new BranchKeyTable(keyDatabase),
    shredSecrets: new ShredSecretTable(keyDatabase),
    clock,
    random,
  });
  const store = new FingerprintKeyTable(keyDatabase);
  const egress = outbound(config, logger);
  return {
    database,
    keyDatabase,
    vault,
    fingerprinter: await Fingerprinter.load({ vault, store, random, organizationId: platformId }),
    catalogue: new ProviderCatalogue(builtInDefinitions),
    providers: new ProviderClient({ egress, clock }),
    clock,
    random,
    logger,
    connectionsUrl: config.connectionsUrl,
    egress,
    platformId,
    redirectUri: (registrationId) => redirectUriOf(config.connectionsUrl, registrationId),
    close: async () => {
      vault.close();
      await Promise.all([database.close(), keyDatabase.close()]);
    },
  };
}

function outbound(config: ConnectionsConfig, logger: Logger): Egress {
  return new Egress({
    allowedPrivateOrigins: config.allowedPrivateOrigins,
    timeoutMs: 10_000,
    maxBytes: 1_000_000,
    userAgent: 'token-exchanger/0.1',
    logger,
  });
}

function openPool(config: ConnectionsConfig, applicationName: string, poolSize: number): Promise<Database> {
  return Database.open({
    url: config.database.url.reveal(),
    poolSize,
    applicationName,
    statementTimeoutMs: 5_000,
    lockTimeoutMs: 2_000,
  });
}
