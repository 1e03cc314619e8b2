import { createLocalKeyService, Fingerprinter, Vault } from '#libs/crypto';
import { Egress } from '#libs/egress';
import { systemClock, systemRandom, type Clock, type Random, type Secret, type Uuid } from '#libs/kernel';
import {
  BranchKeyTable,
  Database,
  FingerprintKeyTable,
  findPlatformOrganization,
  ShredSecretTable,
} from '#libs/persistence';
import { builtInDefinitions, ProviderCatalogue, ProviderClient, redirectUriOf } from '#libs/providers';
import type { Logger } from '#libs/telemetry';

/** What an app says of itself; the rest is the same for all. */
export interface FoundationSettings {
  /** Name of the app, shown in the database's list of connections. */
  readonly app: string;
  readonly database: { readonly url: Secret; readonly poolSize: number };
  readonly keys: { readonly file: string };
  readonly allowedPrivateOrigins: readonly string[];
  /** Origin of the connections app, without a slash at the end. */
  readonly connectionsUrl: string;
  /** Milliseconds after which the database ends a statement, and a wait for a lock. */
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
}

/** What every app stands on. The fields are named as the libs name what they depend on. */
export interface Foundations {
  readonly database: Database;
  readonly vault: Vault;
  readonly fingerprinter: Fingerprinter;
  readonly catalogue: ProviderCatalogue;
  readonly providers: ProviderClient;
  readonly egress: Egress;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly connectionsUrl: string;
  /** The redirect address of a registration. */
  readonly redirectUri: (registrationId: Uuid) => string;
  readonly platformId: Uuid;
  /** One more pool of the same database, for work that must not wait for the others or make them wait. */
  openPool(name: string, size: number, statementTimeoutMs: number): Promise<Database>;
  /** Zeroes the keys, then closes every pool. */
  close(): Promise<void>;
}

const keyPoolSize = 2;
const outboundTimeoutMs = 10_000;
const largestAnswer = 1_000_000;

/** Throws when the database, the key file or the platform's organization is missing. */
export async function openFoundations(settings: FoundationSettings, logger: Logger): Promise<Foundations> {
  const pools = new Pools(settings);
  const { statementTimeoutMs, connectionsUrl } = settings;
  const database = await pools.open(settings.app, settings.database.poolSize, statementTimeoutMs);
  // Keys are read while a transaction of the other pool waits for them.
  const keyDatabase = await pools.open(`${settings.app}-keys`, keyPoolSize, statementTimeoutMs);
  const platformId = await findPlatformOrganization(database);
  if (platformId === undefined) throw new Error('the database holds no platform organization yet');
  const vault = await openVault(settings, keyDatabase);
  const store = new FingerprintKeyTable(keyDatabase);
  const { allowedPrivateOrigins } = settings;
  const limits = { timeoutMs: outboundTimeoutMs, maxBytes: largestAnswer };
  const egress = new Egress({ allowedPrivateOrigins, ...limits, userAgent: 'token-exchanger/0.1', logger });
  return {
    database,
    vault,
    fingerprinter: await Fingerprinter.load({ vault, store, random: systemRandom, organizationId: platformId }),
    catalogue: new ProviderCatalogue(builtInDefinitions),
    providers: new ProviderClient({ egress, clock: systemClock }),
    egress,
    clock: systemClock,
    random: systemRandom,
    logger,
    connectionsUrl,
    redirectUri: (registrationId) => redirectUriOf(connectionsUrl, registrationId),
    platformId,
    openPool: (name, size, timeoutMs) => pools.open(name, size, timeoutMs),
    close: async () => {
      vault.close();
      await pools.close();
    },
  };
}

async function openVault({ keys }: FoundationSettings, keyDatabase: Database): Promise<Vault> {
  return new Vault({
    keyService: await createLocalKeyService(keys.file),
    branchKeys: new BranchKeyTable(keyDatabase),
    shredSecrets: new ShredSecretTable(keyDatabase),
    clock: systemClock,
    random: systemRandom,
  });
}

/** Every pool of an app, so that none is forgotten when it ends. */
class Pools {
  private readonly all: Database[] = [];

  constructor(private readonly settings: FoundationSettings) {}

  async open(name: string, poolSize: number, statementTimeoutMs: number): Promise<Database> {
    const { database, lockTimeoutMs } = this.settings;
    const applicationName = `te-${name}`;
    const url = database.url.reveal();
    const pool = await Database.open({ url, poolSize, applicationName, statementTimeoutMs, lockTimeoutMs });
    this.all.push(pool);
    return pool;
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((pool) => pool.close()));
  }
}
