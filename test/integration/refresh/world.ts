import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId, Secret, type Uuid } from '#libs/kernel';
import { Database, insertOrganization, insertRegistration, insertServer } from '#libs/persistence';
import type { FreshDatabase } from '../../support/database.js';
import { Replica, type ReplicaExtras, type ReplicaSettings } from './replica.js';

export interface TokenAnswer {
  readonly access_token: string;
  readonly refresh_token?: string | undefined;
  readonly expires_in?: number | undefined;
}

export interface App {
  readonly provider: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly params: Record<string, string>;
}

export interface TestGrant {
  readonly id: Uuid;
  readonly connectionId: Uuid;
  readonly userId: Uuid;
  readonly registrationId: Uuid;
}

/** Organizations, a server and grants in a real database, and replicas on it. */
export class World {
  readonly #replicas: Replica[] = [];
  readonly #registrations = new Map<string, Uuid>();

  private constructor(
    readonly settings: ReplicaSettings,
    private readonly folder: string,
    /** A replica for the world's own writing. */
    readonly hand: Replica,
    /** With the rights of an operator. */
    readonly operator: Database,
    readonly serverId: Uuid,
  ) {}

  static async start({ appUrl: databaseUrl, operatorUrl }: FreshDatabase, origins: readonly string[]): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'te-refresh-'));
    await chmod(folder, 0o700);
    const settings = { databaseUrl, keyFile: join(folder, 'key'), platformId: newId(), origins };
    const operator = await Database.open({
      url: operatorUrl,
      poolSize: 1,
      applicationName: 'setup',
      statementTimeoutMs: 5_000,
      lockTimeoutMs: 2_000,
    });
    await insertOrganization(operator, { id: settings.platformId, kind: 'platform', name: 'Platform' });
    const hand = await Replica.start(settings);
    const world = new World(settings, folder, hand, operator, newId());
    await world.addServer(world.serverId);
    return world;
  }

  async addServer(id: Uuid = newId()): Promise<Uuid> {
    const url = 'http://localhost:4020/connected';
    const row = { id, organizationId: this.settings.platformId, name: 'Notes', defaultReturnUrl: url, returnUrls: [] };
    await this.operator.transaction((tx) => insertServer(tx, row));
    return id;
  }

  async replica(extras: ReplicaExtras = {}): Promise<Replica> {
    const replica = await Replica.start(this.settings, extras);
    this.#replicas.push(replica);
    return replica;
  }

  async stop(): Promise<void> {
    for (const replica of [...this.#replicas, this.hand]) await replica.stop();
    await this.operator.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async register(app: App): Promise<Uuid> {
    const known = this.#registrations.get(app.clientId);
    if (known) return known;
    const id = newId();
    const organizationId = this.settings.platformId;
    // A retired registration goes on serving its grants; only one may be current.
    await this.operator.query('UPDATE registrations SET retired_at = now() WHERE provider = $1', [app.provider]);
    const clientSecretSealed = await this.hand.vault.seal(new Secret(app.clientSecret), {
      class: 'registration.client_secret',
      organizationId,
      recordId: id,
      provider: app.provider,
    });
    const { provider, clientId, params } = app;
    await insertRegistration(this.operator, {
      id,
      organizationId,
      provider,
      clientId,
      clientSecretSealed,
      params,
      operatorCap: ['read', 'write', 'repo', 'read:user'],
    });
    this.#registrations.set(clientId, id);
    return id;
  }

  /** A grant of a new person as connecting leaves it behind; its access token ended a minute ago unless told otherwise. */
  async grant(
    app: App,
    answer: TokenAnswer,
    more: { readonly expiresInS?: number | null; readonly serverId?: Uuid | null; readonly userId?: Uuid } = {},
  ): Promise<TestGrant> {
    const registrationId = await this.register(app);
    const { database, vault, fingerprinter } = this.hand;
    const userId = more.userId ?? newId();
    const grant = { id: newId(), connectionId: newId(), userId, registrationId };
    await database.query('INSERT INTO users (id) VALUES ($1) ON CONFLICT DO NOTHING', [userId]);
    await database.query(
      `INSERT INTO connections (id, user_id, registration_id, provider, account_key, account_label)
       VALUES ($1, $2, $3, $4, $5, 'ada')`,
      [grant.connectionId, userId, registrationId, app.provider, grant.id],
    );
    const seal = (token: string, kind: 'access' | 'refresh') =>
      vault.seal(new Secret(token), {
        class: kind === 'access' ? 'grant.access_token' : 'grant.refresh_token',
        organizationId: this.settings.platformId,
        userId,
        recordId: grant.id,
        provider: app.provider,
        generation: 1,
      });
    const { version, value } = fingerprinter.fingerprint(new Secret(answer.access_token));
    const { expiresInS = -60, serverId = this.serverId } = more;
    await database.query(
      `INSERT INTO grants (id, connection_id, server_id, access_token_sealed, refresh_token_sealed, access_fingerprint,
                           fingerprint_version, scopes, access_expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, '{read}', now() + make_interval(secs => $8))`,
      [
        grant.id,
        grant.connectionId,
        serverId,
        await seal(answer.access_token, 'access'),
        answer.refresh_token === undefined ? null : await seal(answer.refresh_token, 'refresh'),
        value,
        version,
        expiresInS,
      ],
    );
    return grant;
  }

  /** The same with a consent on it, without which nobody may use it and nothing is refreshed. */
  async usedGrant(app: App, answer: TokenAnswer, more: Parameters<World['grant']>[2] = {}): Promise<TestGrant> {
    const grant = await this.grant(app, answer, more);
    await this.consent(grant, `user of ${grant.id}`);
    return grant;
  }

  /** A consent on a grant, for a new subject unless told otherwise. */
  async consent(grant: TestGrant, subject: string, more: { readonly serverId?: Uuid } = {}): Promise<Uuid> {
    const id = newId();
    const { database } = this.hand;
    const serverId = more.serverId ?? this.serverId;
    await database.query(
      `INSERT INTO subjects (id, server_id, external_id, user_id, linked_at) VALUES ($1, $2, $3, $4, now())
       ON CONFLICT (server_id, external_id) DO NOTHING`,
      [newId(), serverId, subject, grant.userId],
    );
    await database.query(
      `INSERT INTO consents (id, user_id, server_id, subject_id, grant_id, provider, scopes)
       SELECT $1, $2, $3, s.id, $4, c.provider, '{read}' FROM subjects s, connections c
        WHERE s.server_id = $3 AND s.external_id = $5 AND c.id = $6`,
      [id, grant.userId, serverId, grant.id, subject, grant.connectionId],
    );
    return id;
  }

  /** The row of a grant. */
  async row(grantId: Uuid): Promise<Record<string, any>> {
    const [row] = await this.hand.database.query<Record<string, any>>('SELECT * FROM grants WHERE id = $1', [grantId]);
    return row!;
  }

  /** The pair that is stored, opened. */
  async pair(grant: TestGrant, provider: string): Promise<{ access: string; refresh: string }> {
    const row = await this.row(grant.id);
    const open = async (sealed: Buffer, kind: 'access' | 'refresh') => {
      const secret = await this.hand.vault.open(sealed, {
        class: kind === 'access' ? 'grant.access_token' : 'grant.refresh_token',
        organizationId: this.settings.platformId,
        userId: grant.userId,
        recordId: grant.id,
        provider,
        generation: row['generation'] as number,
      });
      return secret.reveal();
    };
    return {
      access: await open(row['access_token_sealed'] as Buffer, 'access'),
      refresh: await open(row['refresh_token_sealed'] as Buffer, 'refresh'),
    };
  }

  /** Kinds and reasons of the audit rows of a grant, in order. */
  async events(grantId: Uuid): Promise<string[]> {
    const rows = await this.hand.database.query<{ kind: string; reason: string | null }>(
      'SELECT kind, reason FROM audit_events WHERE grant_id = $1 ORDER BY at, id',
      [grantId],
    );
    return rows.map(({ kind, reason }) => (reason === null ? kind : `${kind}:${reason}`));
  }

  /** Waits until somebody is spending the refresh token of a grant and its lease has run out over it. */
  async lapsed(grantId: Uuid): Promise<void> {
    for (let turn = 0; turn < 300; turn++) {
      const rows = await this.hand.database.query(
        `SELECT 1 FROM grants WHERE id = $1 AND refresh_state = 'spending' AND lease_until < now()`,
        [grantId],
      );
      if (rows.length > 0) return;
      await sleep(50);
    }
    throw new Error('nobody let the lease run out over a spend');
  }

  /** Makes waiting over: the back-off of a grant, and the lease of a holder that is gone. */
  async elapse(grantId: Uuid, what: { readonly lease?: boolean } = {}): Promise<void> {
    await this.hand.database.query(
      `UPDATE grants SET retry_at = NULL, lease_until = CASE WHEN $2 THEN lease_until - interval '1 hour' ELSE lease_until END
        WHERE id = $1`,
      [grantId, what.lease === true],
    );
  }
}
