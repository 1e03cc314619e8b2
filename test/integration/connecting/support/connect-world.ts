import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConnectionsConfig } from '#libs/config';
import { CompleteConnectSession, OpenConnectSession, ReadConnectSession } from '#libs/connecting';
import { createLocalKeyService, Vault } from '#libs/crypto';
import { newId, publicId, Secret, systemClock, systemRandom, type Uuid } from '#libs/kernel';
import { BranchKeyTable, Database, ShredSecretTable } from '#libs/persistence';
import { builtInDefinitions, ProviderCatalogue } from '#libs/providers';
import { createLogger } from '#libs/telemetry';
import { CreateOrganizationUseCase } from '../../../../apps/cli/src/create-organization/create-organization.use-case.js';
import { CreateServerUseCase } from '../../../../apps/cli/src/create-server/create-server.use-case.js';
import { InstallRegistrationUseCase } from '../../../../apps/cli/src/install-registration/install-registration.use-case.js';
import type { OperatorContext } from '../../../../apps/cli/src/operator-context.js';
import { createConnectionsApp } from '../../../../apps/connections/src/create-app.js';
import { openFoundations, type Foundations } from '#libs/foundations';
import { startSandbox, type RunningSandbox } from '../../../../apps/sandbox/src/sandbox.js';
import type { SandboxSettings } from '../../../../apps/sandbox/src/settings.js';
import { freshDatabase } from '../../../support/database.js';
import { freePorts } from '../../../support/free-ports.js';

export const returnUrl = 'http://localhost:4999/back?tab=1';

export interface WorldServer {
  readonly id: Uuid;
  readonly organizationId: Uuid;
}

/** The connections app on a port, over a database of its own, with the sandbox as the outside world. */
export class ConnectWorld {
  private constructor(
    readonly sandbox: RunningSandbox,
    readonly base: Foundations,
    /** With the rights of an operator. */
    readonly operator: OperatorContext,
    readonly registrations: Readonly<Record<'github' | 'notion', Uuid>>,
    /** Everything that was logged. */
    readonly log: string[],
    private readonly end: () => Promise<void>,
  ) {}

  get url(): string {
    return this.base.connectionsUrl;
  }

  get database(): Database {
    return this.base.database;
  }

  static async start(name: string): Promise<ConnectWorld> {
    const [port] = await freePorts(1);
    const url = `http://localhost:${port}`;
    const registrations = { github: newId(), notion: newId() };
    const [database, folder] = await Promise.all([freshDatabase(name), mkdtemp(join(tmpdir(), 'te-connect-'))]);
    const sandbox = await startSandbox(sandboxSettings(url, registrations));
    const config = loadConnectionsConfig({
      TE_DATABASE_URL: database.appUrl,
      TE_DATABASE_POOL_SIZE: '8',
      TE_KEY_SERVICE: 'local',
      TE_LOCAL_KEY_FILE: join(folder, 'root.key'),
      TE_CONNECTIONS_URL: url,
      TE_CONNECTIONS_PORT: String(port),
      TE_ALLOWED_PRIVATE_ORIGINS: sandbox.url,
      TE_OIDC_ISSUER: `${sandbox.url}/signin`,
      TE_OIDC_CLIENT_ID: 'connections',
      TE_OIDC_CLIENT_SECRET: 'connections-secret-123',
      TE_SESSION_SECRET: 'session-secret-session-secret-session-secret',
    });
    const lines: string[] = [];
    const logger = createLogger({
      app: 'connections',
      level: 'debug',
      destination: { write: (line) => lines.push(line) },
    });
    const operator = await operatorAt(database.operatorUrl);
    await provision(operator, join(folder, 'root.key'), sandbox.url, registrations);
    const { app } = await createConnectionsApp(config, logger);
    await app.listen(port!, '127.0.0.1');
    const base = await openFoundations(
      { ...config, app: 'test', statementTimeoutMs: 5_000, lockTimeoutMs: 2_000 },
      logger,
    );
    return new ConnectWorld(sandbox, base, operator, registrations, lines, async () => {
      await Promise.allSettled([app.close(), base.close(), operator.database.close(), sandbox.close()]);
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    });
  }

  stop(): Promise<void> {
    return this.end();
  }

  async server(name = 'Notes', caps: Record<string, readonly string[]> = everything): Promise<WorldServer> {
    const organizationId = await new CreateOrganizationUseCase(this.operator).execute({
      kind: 'customer',
      name: `${name} Inc.`,
    });
    const id = await new CreateServerUseCase(this.operator).execute({
      organizationId,
      name,
      verifiedDomain: 'notes.example',
      defaultReturnUrl: returnUrl,
      returnUrls: ['http://localhost:4999/other'],
      caps,
    });
    return { id, organizationId };
  }

  get opening(): OpenConnectSession {
    return new OpenConnectSession(this.base);
  }

  get reading(): ReadConnectSession {
    return new ReadConnectSession(this.base);
  }

  get completing(): CompleteConnectSession {
    return new CompleteConnectSession(this.base);
  }

  /** What the providers saw, in their own words. */
  async witness(filter: Record<string, string> = {}): Promise<Record<string, unknown>[]> {
    const answer = await fetch(`${this.sandbox.url}/witness?${new URLSearchParams(filter)}`);
    return ((await answer.json()) as { entries: Record<string, unknown>[] }).entries;
  }

  async fault(fault: Record<string, unknown>): Promise<void> {
    const body = JSON.stringify(fault);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${this.sandbox.url}/control/faults`, { method: 'POST', body, headers });
    if (answer.status !== 201) throw new Error(await answer.text());
  }

  async count(table: 'grants' | 'connections' | 'consents' | 'connect_sessions'): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
    return row?.count ?? 0;
  }

  async events(kind: string): Promise<Record<string, unknown>[]> {
    return await this.database.query('SELECT * FROM audit_events WHERE kind = $1 ORDER BY id', [kind]);
  }
}

const everything = { github: ['repo', 'read:user'], notion: ['read'] };

function sandboxSettings(url: string, registrations: Record<'github' | 'notion', Uuid>): SandboxSettings {
  const callback = (id: Uuid): [string] => [`${url}/callback/${publicId('registration', id)}`];
  const github = { name: 'Platform', kind: 'oauth', wildcard: false, expiring: true } as const;
  return {
    port: 0,
    host: '127.0.0.1',
    github: [
      { ...github, clientId: 'gh', clientSecret: 'gh-secret-1234567890', redirectUris: callback(registrations.github) },
    ],
    notion: [
      {
        name: 'Platform',
        clientId: 'no',
        clientSecret: 'no-secret-1234567890',
        redirectUris: callback(registrations.notion),
        capabilities: ['read_content' as const],
      },
    ],
    signIn: {
      clientId: 'connections',
      clientSecret: 'connections-secret-123',
      redirectUris: [`${url}/signin/callback`],
      postLogoutRedirectUris: [],
    },
  };
}

async function operatorAt(url: string): Promise<OperatorContext> {
  const timeouts = { statementTimeoutMs: 5_000, lockTimeoutMs: 2_000 };
  const database = await Database.open({ url, poolSize: 2, applicationName: 'provision', ...timeouts });
  return { database, clock: systemClock, random: systemRandom };
}

async function provision(
  context: OperatorContext,
  keyFile: string,
  sandbox: string,
  ids: Record<'github' | 'notion', Uuid>,
): Promise<void> {
  const { database } = context;
  const vault = new Vault({
    keyService: await createLocalKeyService(keyFile),
    branchKeys: new BranchKeyTable(database),
    shredSecrets: new ShredSecretTable(database),
    clock: systemClock,
    random: systemRandom,
  });
  const organizationId = await new CreateOrganizationUseCase(context).execute({ kind: 'platform', name: 'Platform' });
  const install = new InstallRegistrationUseCase(context, vault, new ProviderCatalogue(builtInDefinitions));
  const common = { organizationId };
  await install.execute({
    ...common,
    id: ids.github,
    provider: 'github',
    clientId: 'gh',
    clientSecret: new Secret('gh-secret-1234567890'),
    params: { web: `${sandbox}/github`, api: `${sandbox}/github-api` },
    operatorCap: ['repo', 'read:user', 'gist'],
  });
  await install.execute({
    ...common,
    id: ids.notion,
    provider: 'notion',
    clientId: 'no',
    clientSecret: new Secret('no-secret-1234567890'),
    params: { api: `${sandbox}/notion`, capabilities: 'read' },
    operatorCap: ['read'],
  });
  vault.close();
}
