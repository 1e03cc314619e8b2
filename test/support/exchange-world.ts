import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { loadExchangeConfig } from '#libs/config';
import { createLocalKeyService, Fingerprinter, Vault } from '#libs/crypto';
import { newId, Secret, systemClock, systemRandom, type Uuid } from '#libs/kernel';
import { BranchKeyTable, Database, FingerprintKeyTable, ShredSecretTable } from '#libs/persistence';
import { builtInDefinitions, ProviderCatalogue } from '#libs/providers';
import { createLogger } from '#libs/telemetry';
import { CreateOrganizationUseCase } from '../../apps/cli/src/create-organization/create-organization.use-case.js';
import { InstallRegistrationUseCase } from '../../apps/cli/src/install-registration/install-registration.use-case.js';
import type { OperatorContext } from '../../apps/cli/src/operator-context.js';
import { createExchangeApp, type ExchangeApp } from '../../apps/exchange/src/create-app.js';
import { Fixture, integration, oauthApp } from '../../apps/sandbox/src/testing/fixture.js';
import { freshDatabase, type FreshDatabase } from './database.js';
import { ExchangeCaller } from './exchange-caller.js';
import { ExchangeSeed } from './exchange-seed.js';

export interface WorldOptions {
  /** False: the test starts the app itself, for instance as a process. */
  readonly app?: boolean;
  /** Providers that really issue and refresh tokens. */
  readonly sandbox?: boolean;
  /** How the app reaches its database, for instance through a proxy. */
  readonly databaseUrl?: (appUrl: string) => string | Promise<string>;
  /** The most that the platform's registration at GitHub may give. */
  readonly operatorCap?: readonly string[];
}

const nowhere = 'http://localhost:9';

/** A platform of its own: database, keys, registrations, and the exchange app on a free port over real HTTP. */
export class ExchangeWorld extends ExchangeCaller {
  /** What the app has logged, line by line, at the level `trace`. */
  readonly log: string[] = [];
  private running: { readonly app: ExchangeApp; readonly url: string } | undefined;

  private constructor(
    readonly database: FreshDatabase,
    /** With the rights of the app. */
    readonly context: OperatorContext,
    /** With the rights of an operator. */
    readonly operator: OperatorContext,
    readonly parts: Parts,
    private readonly options: WorldOptions,
  ) {
    super(() => this.url);
  }

  static async start(name: string, options: WorldOptions = {}): Promise<ExchangeWorld> {
    const [database, sandbox] = await Promise.all([freshDatabase(name), options.sandbox ? Fixture.start() : undefined]);
    const [context, operator] = await Promise.all([contextAt(database.appUrl), contextAt(database.operatorUrl)]);
    const parts = await makeParts({ context, operator }, { ...options, sandbox });
    const world = new ExchangeWorld(database, context, operator, parts, options);
    if (options.app !== false) await world.startApp();
    return world;
  }

  get seed(): ExchangeSeed {
    return this.parts.seed;
  }

  get sandbox(): Fixture {
    if (!this.parts.sandbox) throw new Error('this world has no sandbox');
    return this.parts.sandbox;
  }

  /** Of the running app, without a slash at the end. */
  get url(): string {
    if (!this.running) throw new Error('the app is not running');
    return this.running.url;
  }

  /** The environment with which the exchange app is started on this platform. */
  async environment(): Promise<Record<string, string>> {
    const { appUrl } = this.database;
    return {
      TE_DATABASE_URL: (await this.options.databaseUrl?.(appUrl)) ?? appUrl,
      TE_DATABASE_POOL_SIZE: '4',
      TE_KEY_SERVICE: 'local',
      TE_LOCAL_KEY_FILE: this.parts.keyFile,
      TE_EXCHANGE_PORT: '0',
      TE_LOG_LEVEL: 'trace',
      TE_ALLOWED_PRIVATE_ORIGINS: this.parts.sandbox?.url ?? '',
    };
  }

  async startApp(): Promise<void> {
    const config = loadExchangeConfig(await this.environment());
    const destination = { write: (line: string) => void this.log.push(line) };
    const app = await createExchangeApp(config, createLogger({ app: 'exchange', level: 'trace', destination }));
    await app.app.listen(0, '127.0.0.1');
    const { port } = app.app.getHttpServer().address() as { port: number };
    this.running = { app, url: `http://127.0.0.1:${port}` };
  }

  async stopApp(): Promise<void> {
    await this.running?.app.app.close();
    this.running = undefined;
  }

  /** Runs one statement as superuser: what a thief or a tester may do, and no role of the platform. */
  async sql<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.database.superuserUrl });
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {
    await this.stopApp();
    this.parts.vault.close();
    await Promise.all([this.context.database.close(), this.operator.database.close(), this.parts.sandbox?.close()]);
    await Promise.all([this.database.drop(), rm(this.parts.folder, { recursive: true, force: true })]);
  }
}

interface Parts {
  readonly folder: string;
  readonly keyFile: string;
  readonly vault: Vault;
  readonly fingerprinter: Fingerprinter;
  readonly seed: ExchangeSeed;
  readonly sandbox: Fixture | undefined;
  readonly registrations: Readonly<Record<'github' | 'notion', Uuid>>;
  readonly platformId: Uuid;
}

async function contextAt(url: string): Promise<OperatorContext> {
  return { database: await openDatabase(url), clock: systemClock, random: systemRandom };
}

async function makeParts(
  { context, operator }: Readonly<Record<'context' | 'operator', OperatorContext>>,
  { sandbox, operatorCap }: Omit<WorldOptions, 'sandbox'> & { readonly sandbox: Fixture | undefined },
): Promise<Parts> {
  const folder = await mkdtemp(join(tmpdir(), 'te-exchange-'));
  const keyFile = join(folder, 'root.key');
  const { database, clock, random } = context;
  const vault = new Vault({
    keyService: await createLocalKeyService(keyFile),
    branchKeys: new BranchKeyTable(database),
    shredSecrets: new ShredSecretTable(database),
    clock,
    random,
  });
  const platformId = await new CreateOrganizationUseCase(operator).execute({ kind: 'platform', name: 'Platform' });
  const registrations = await install(operator, vault, { platformId, url: sandbox?.url ?? nowhere, operatorCap });
  const store = new FingerprintKeyTable(database);
  const fingerprinter = await Fingerprinter.load({ vault, store, random, organizationId: platformId });
  const seed = new ExchangeSeed({ context, operator, vault, fingerprinter, platformId, registrations });
  seed.secrets.push(oauthApp.client_secret, integration.secret);
  return { folder, keyFile, vault, fingerprinter, seed, sandbox, registrations, platformId };
}

async function install(
  context: OperatorContext,
  vault: Vault,
  { platformId: organizationId, url, operatorCap = ['repo', 'read:user', 'gist'] }: Installing,
): Promise<Parts['registrations']> {
  const use = new InstallRegistrationUseCase(context, vault, new ProviderCatalogue(builtInDefinitions));
  const registrations = { github: newId(), notion: newId() };
  await use.execute({
    organizationId,
    id: registrations.github,
    provider: 'github',
    clientId: oauthApp.client_id,
    clientSecret: new Secret(oauthApp.client_secret),
    params: { web: `${url}/github`, api: `${url}/github-api` },
    operatorCap,
  });
  await use.execute({
    organizationId,
    id: registrations.notion,
    provider: 'notion',
    clientId: integration.id,
    clientSecret: new Secret(integration.secret),
    params: { api: `${url}/notion`, capabilities: 'read' },
    operatorCap: ['read'],
  });
  return registrations;
}

interface Installing {
  readonly platformId: Uuid;
  readonly url: string;
  readonly operatorCap: readonly string[] | undefined;
}

export function openDatabase(url: string): Promise<Database> {
  const timeouts = { statementTimeoutMs: 10_000, lockTimeoutMs: 5_000 };
  return Database.open({ url, poolSize: 4, applicationName: 'te-test', ...timeouts });
}
