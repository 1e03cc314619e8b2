import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadWorkerConfig } from '#libs/config';
import { silentLogger } from '#libs/telemetry';
import { Fixture, oauthApp } from '../../../apps/sandbox/src/testing/fixture.js';
import { createWorkerApp } from '../../../apps/worker/src/create-app.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { World, type App } from '../refresh/world.js';

let fresh: FreshDatabase;
let sandbox: Fixture;
let world: World;
let worker: NestFastifyApplication;
let app: App;

beforeAll(async () => {
  fresh = await freshDatabase('worker');
  sandbox = await Fixture.start();
  world = await World.start(fresh, [sandbox.url]);
  app = {
    provider: 'github',
    clientId: oauthApp.client_id,
    clientSecret: oauthApp.client_secret,
    params: { web: `${sandbox.url}/github`, api: `${sandbox.url}/github-api` },
  };
  worker = await startWorker();
}, 60_000);

afterAll(async () => {
  await worker.close();
  await world.stop();
  await sandbox.close();
  await fresh.drop();
});

async function startWorker(): Promise<NestFastifyApplication> {
  const config = loadWorkerConfig({
    TE_ENVIRONMENT_NAME: 'test',
    TE_DATABASE_URL: fresh.workerUrl,
    TE_QUEUE_BACKEND: 'postgres',
    TE_KEY_SERVICE: 'local',
    TE_LOCAL_KEY_FILE: world.settings.keyFile,
    TE_CONNECTIONS_URL: 'http://localhost:4000',
    TE_EXCHANGE_URL: 'http://localhost:4001',
    TE_WORKER_PORT: '4002',
    TE_ALLOWED_PRIVATE_ORIGINS: sandbox.url,
  });
  const started = await createWorkerApp(config, silentLogger);
  await started.listen(0, '127.0.0.1');
  return started;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    if (await condition()) return;
    await sleep(100);
  }
  throw new Error('it did not come to that');
}

const accepted = () => sandbox.witness({ event: 'refresh_token_spent', outcome: 'accepted' });

async function dueGrant(account: string): Promise<string> {
  const grant = await world.usedGrant(app, await sandbox.connectGithub(oauthApp, 'read:user', { account }), {
    expiresInS: 60,
  });
  await world.hand.database.query(`UPDATE grants SET obtained_at = now() - interval '7 hours' WHERE id = $1`, [
    grant.id,
  ]);
  return grant.id;
}

describe('the worker', () => {
  it('refreshes a grant in use ahead of its expiry, once, and schedules the next time', async () => {
    const grant = await dueGrant('ada-lindqvist');
    await until(async () => (await world.row(grant))['generation'] === 2);
    const row = await world.row(grant);
    expect(await accepted()).toHaveLength(1);
    const leadMs = (row['access_expires_at'] as Date).getTime() - (row['refresh_due_at'] as Date).getTime();
    expect(leadMs).toBeGreaterThanOrEqual(150_000);
    expect(leadMs).toBeLessThanOrEqual(300_000);
  });

  it('schedules a grant that is not due without touching the provider', async () => {
    const before = (await accepted()).length;
    const grant = await world.usedGrant(app, await sandbox.connectGithub(oauthApp, 'read:user'), {
      expiresInS: 28_800,
    });
    await until(async () => (await world.row(grant.id))['refresh_due_at'] !== null);
    expect(await world.row(grant.id)).toMatchObject({ generation: 1, refresh_state: 'idle', lease_id: null });
    expect(await accepted()).toHaveLength(before);
  });

  it('takes up a spend that its holder never answered for, after the lease', async () => {
    const grant = await world.usedGrant(app, await sandbox.connectGithub(oauthApp, 'read:user'), {
      expiresInS: 28_800,
    });
    await world.hand.database.query(
      `UPDATE grants SET refresh_state = 'spending', lease_id = gen_random_uuid(), lease_until = now() - interval '1 second'
        WHERE id = $1`,
      [grant.id],
    );
    await until(async () => (await world.row(grant.id))['generation'] === 2);
    expect(await world.row(grant.id)).toMatchObject({ refresh_state: 'idle', indeterminate_since: null });
  });

  it('goes on with an upstream revocation that failed at first', async () => {
    const answer = await sandbox.connectGithub(oauthApp, 'read:user');
    const grant = await world.usedGrant(app, answer, { expiresInS: 28_800 });
    await sandbox.control('/faults', { endpoint: 'github.delete_token', kind: 'status', status: 502 });
    await world.hand.database.query(
      `WITH g AS (UPDATE grants SET status = 'revoked', revoked_at = now() WHERE id = $1 RETURNING id)
       INSERT INTO upstream_revocations (id, grant_id, generation) SELECT gen_random_uuid(), id, 1 FROM g`,
      [grant.id],
    );
    const state = async () =>
      (
        await world.hand.database.query<{ status: string; attempts: number }>(
          'SELECT status, attempts FROM upstream_revocations WHERE grant_id = $1',
          [grant.id],
        )
      )[0];
    await until(async () => (await state())?.attempts === 1);
    expect(await state()).toMatchObject({ status: 'pending' });
    await world.hand.database.query('UPDATE upstream_revocations SET next_attempt_at = now() WHERE grant_id = $1', [
      grant.id,
    ]);
    await until(async () => (await state())?.status === 'revoked');
    expect((await sandbox.githubApi('/user', answer.access_token)).status).toBe(401);
    expect(await world.row(grant.id)).toMatchObject({ access_token_sealed: null, refresh_token_sealed: null });
  });

  it('ends a consent whose time is over, and the grant with it, here and at the provider (P4)', async () => {
    const answer = await sandbox.connectGithub(oauthApp, 'read:user');
    const grant = await world.usedGrant(app, answer, { expiresInS: 28_800 });
    await world.hand.database.query(`UPDATE consents SET expires_at = now() WHERE grant_id = $1`, [grant.id]);
    await until(async () => (await world.events(grant.id)).includes('upstream.revoked'));
    expect(await world.events(grant.id)).toEqual([
      'consent.ended:expired',
      'connection.ended:expired',
      'upstream.revoked',
    ]);
    expect((await sandbox.githubApi('/user', answer.access_token)).status).toBe(401);
    const [actor] = await world.hand.database.query(
      `SELECT actor FROM audit_events WHERE grant_id = $1 AND kind = 'consent.ended'`,
      [grant.id],
    );
    expect(actor).toEqual({ actor: 'worker' });
  });

  it('says that it is ready, and counts', async () => {
    const url = await worker.getUrl();
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('te_refresh_attempts_total');
  });

  it('stores what a spend in flight brings when it is stopped, and stops within five seconds (F26)', async () => {
    await sandbox.control('/faults', {
      endpoint: 'github.token',
      kind: 'delay',
      delay_ms: 1_500,
      grant_type: 'refresh_token',
    });
    const before = (await accepted()).length;
    const grant = await dueGrant('ada-lindqvist');
    await until(async () => (await world.row(grant))['refresh_state'] === 'spending');
    const start = performance.now();
    await worker.close();
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(await accepted()).toHaveLength(before + 1);
    expect(await world.row(grant)).toMatchObject({ generation: 2, refresh_state: 'idle' });
    worker = await startWorker();
  });
});
