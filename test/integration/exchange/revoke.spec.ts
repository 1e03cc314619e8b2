import { connectNotion, notionApi } from '../../../apps/sandbox/src/testing/notion-moves.js';
import { oauthApp } from '../../../apps/sandbox/src/testing/fixture.js';
import { ExchangeWorld } from '../../support/exchange-world.js';
import type { TestServer } from '../../support/exchange-seed.js';

let world: ExchangeWorld;
let server: TestServer;

beforeAll(async () => {
  world = await ExchangeWorld.start('exchange revoke', { sandbox: true });
  server = await world.seed.server();
});
afterAll(() => world.close());

async function github() {
  const issued = await world.sandbox.connectGithub(oauthApp, 'read:user offline_access');
  return world.seed.connect({ server, access: issued.access_token, refresh: issued.refresh_token });
}

async function sharedNotion() {
  const { access_token: access, refresh_token: refresh } = await connectNotion(world.sandbox);
  const wanted = { provider: 'notion', consentScopes: ['read'], accessExpiresAt: null } as const;
  const mine = await world.seed.connect({ server, ...wanted, access, refresh });
  const other = await world.seed.server();
  const theirs = await world.seed.connect({
    server: other,
    ...wanted,
    userId: mine.userId,
    grantId: mine.grantId,
    access,
  });
  const isAlive = async () => (await notionApi(world.sandbox, '/users/me', access)).status === 200;
  return { mine, other, theirs, isAlive };
}

const alive = async (token: string) => (await world.sandbox.githubApi('/user', token)).status === 200;
const revoke = (body: unknown, key = server.key) => world.post('/token/revoke', key, body);

describe('POST /token/revoke', () => {
  it('P4 gives up access: the next exchange asks the person, and the token that is out is dead at the provider', async () => {
    const { subject, access } = await github();
    expect((await world.exchange(server.key, subject)).status).toBe(200);
    expect(await alive(access)).toBe(true);
    const answer = await revoke({ user_id: subject, provider: 'github' });
    expect([answer.status, answer.body]).toEqual([200, { revoked: true, upstream: 'revoked' }]);
    expect(await alive(access)).toBe(false);
    expect((await world.exchange(server.key, subject)).body.error).toBe('interaction_required');
  });

  it('is idempotent, and answers alike when there never was anything', async () => {
    const { subject } = await github();
    const [first, second] = [
      await revoke({ user_id: subject, provider: 'github' }),
      await revoke({ user_id: subject, provider: 'github' }),
    ];
    expect(second.body).toEqual(first.body);
    expect((await revoke({ user_id: 'nobody', provider: 'github' })).body).toEqual(first.body);
  });

  it('of one account leaves the other', async () => {
    const work = await github();
    const home = await world.seed.connect({ server, userId: work.userId, subject: work.subject, account: 'home' });
    await revoke({ user_id: work.subject, provider: 'github', connection_id: work.connectionId });
    const answer = await world.exchange(server.key, work.subject);
    expect([answer.status, answer.body.access_token]).toEqual([200, home.access]);
  });

  it('kills the one token that it was given, and an unknown one answers no differently (RFC 7009 section 2.2)', async () => {
    const { subject, access } = await github();
    await world.exchange(server.key, subject);
    const known = await revoke({ token: access });
    const unknown = await revoke({ token: 'gho_neverSeenHere0123456789' });
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
    expect(await alive(access)).toBe(false);
    expect((await world.exchange(server.key, subject)).body.error).toBe('interaction_required');
  });

  it("R26 another server's token answers like an unknown one, and lives on", async () => {
    const { access } = await github();
    const other = await world.seed.server();
    expect((await revoke({ token: access }, other.key)).body).toEqual({ revoked: true, upstream: 'revoked' });
    expect(await alive(access)).toBe(true);
  });

  it('a token on a shared grant is not killed: others use it', async () => {
    const { mine, isAlive } = await sharedNotion();
    await world.exchange(server.key, mine.subject, { provider: 'notion' });
    const answer = await revoke({ token: mine.access });
    expect([answer.status, answer.body.error]).toEqual([409, 'conflict']);
    expect(await isAlive()).toBe(true);
    expect((await world.exchange(server.key, mine.subject, { provider: 'notion' })).status).toBe(200);
  });

  it('giving up a shared grant ends the own access only, says so, and the last one takes it down', async () => {
    const { mine, other, theirs, isAlive } = await sharedNotion();
    const first = await revoke({ user_id: mine.subject, provider: 'notion' });
    expect(first.body).toEqual({ revoked: true, upstream: 'unsupported' });
    expect((await world.exchange(server.key, mine.subject, { provider: 'notion' })).body.error).toBe(
      'interaction_required',
    );
    expect((await world.exchange(other.key, theirs.subject, { provider: 'notion' })).status).toBe(200);
    expect(await isAlive()).toBe(true);
    const last = await revoke({ user_id: theirs.subject, provider: 'notion' }, other.key);
    expect(last.body).toEqual({ revoked: true, upstream: 'revoked' });
    expect(await isAlive()).toBe(false);
  });

  it('P4 is done here though the provider is away: pending, with the end of what is out', async () => {
    const { subject, access } = await github();
    const times = { times: 5, kind: 'status', status: 503 };
    await world.sandbox.control('/faults', { endpoint: 'github.delete_token', ...times });
    const answer = await revoke({ user_id: subject, provider: 'github' });
    await world.sandbox.control('/faults', undefined, 'DELETE');
    expect(answer.body).toEqual({
      revoked: true,
      upstream: 'pending',
      token_lives_until: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(await alive(access)).toBe(true);
    expect((await world.exchange(server.key, subject)).body.error).toBe('interaction_required');
  });

  it('P1 without its row there is no revocation either: 503, and access is as it was', async () => {
    const { subject, access } = await github();
    await world.sql('REVOKE INSERT ON audit_events FROM te_app');
    const answer = await revoke({ user_id: subject, provider: 'github' });
    await world.sql('GRANT INSERT ON audit_events TO te_app');
    expect(answer.status).toBe(503);
    expect((await world.exchange(server.key, subject)).body.access_token).toBe(access);
  });
});
