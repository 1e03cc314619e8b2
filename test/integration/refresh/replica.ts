import { createLocalKeyService, Fingerprinter, Vault } from '#libs/crypto';
import { Egress } from '#libs/egress';
import { systemClock, systemRandom, type Clock, type Uuid } from '#libs/kernel';
import { BranchKeyTable, Database, FingerprintKeyTable, ShredSecretTable } from '#libs/persistence';
import { builtInDefinitions, ProviderCatalogue, ProviderClient, type ProviderDefinition } from '#libs/providers';
import { silentLogger, type Logger } from '#libs/telemetry';
import { TokenRefresher, type RefreshCall, type RefreshTimes, type StepObserver } from '#libs/token-refresh';

/** What one replica needs to start; all of it can travel to another process. */
export interface ReplicaSettings {
  readonly databaseUrl: string;
  readonly keyFile: string;
  readonly platformId: Uuid;
  readonly origins: readonly string[];
}

export interface ReplicaExtras {
  readonly definitions?: readonly ProviderDefinition[];
  readonly steps?: StepObserver;
  readonly times?: RefreshTimes;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** One replica of an app that refreshes: a pool, a vault and a refresher of its own. */
export class Replica {
  private constructor(
    readonly database: Database,
    readonly vault: Vault,
    readonly fingerprinter: Fingerprinter,
    readonly catalogue: ProviderCatalogue,
    readonly providers: ProviderClient,
    readonly refresher: TokenRefresher,
  ) {}

  static async start(settings: ReplicaSettings, extras: ReplicaExtras = {}): Promise<Replica> {
    const { clock = systemClock, logger = silentLogger, definitions = [], steps, times } = extras;
    const random = systemRandom;
    const database = await Database.open({
      url: settings.databaseUrl,
      poolSize: 5,
      applicationName: 'refresh-test',
      statementTimeoutMs: 5_000,
      lockTimeoutMs: 2_000,
    });
    const vault = new Vault({
      keyService: await createLocalKeyService(settings.keyFile),
      branchKeys: new BranchKeyTable(database),
      shredSecrets: new ShredSecretTable(database),
      clock,
      random,
    });
    const organizationId = settings.platformId;
    const store = new FingerprintKeyTable(database);
    const fingerprinter = await Fingerprinter.load({ vault, store, random, organizationId });
    const catalogue = new ProviderCatalogue([...builtInDefinitions, ...definitions]);
    const egress = new Egress({
      allowedPrivateOrigins: settings.origins,
      timeoutMs: 20_000,
      maxBytes: 1_000_000,
      userAgent: 'token-exchanger-test',
    });
    const providers = new ProviderClient({ egress, clock });
    const redirectUri = (id: Uuid) => `http://localhost:4000/callback/${id}`;
    const shared = { database, vault, fingerprinter, catalogue, providers, clock, random, logger, redirectUri };
    const refresher = new TokenRefresher({ ...shared, ...(steps && { steps }), ...(times && { times }) });
    return new Replica(database, vault, fingerprinter, catalogue, providers, refresher);
  }

  refresh(grantId: Uuid, more: Partial<RefreshCall> = {}): ReturnType<TokenRefresher['refresh']> {
    return this.refresher.refresh({ grantId, because: 'expired', knownGeneration: 1, waitMs: 15_000, ...more });
  }

  async stop(): Promise<void> {
    await this.refresher.close();
    this.vault.close();
    await this.database.close();
  }
}
