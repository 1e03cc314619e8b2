import { closeGate, putRefusal, putServerCap } from '#libs/persistence';
import { ExchangeWorld } from '../../support/exchange-world.js';
import type { TestConnection, TestServer } from '../../support/exchange-seed.js';

// The caps of this file: the operator allows repo, read:user and gist; servers get repo and read:user.
let world: ExchangeWorld;
let server: TestServer;

beforeAll(async () => {
  world = await ExchangeWorld.start('exchange scopes');
  server = await world.seed.server();
});
afterAll(() => world.close());

function ask(connection: TestConnection, more: Record<string, unknown> = {}, as = server) {
  return world.exchange(as.key, connection.subject, more);
}

describe('P2 R20: a token leaves only within every layer', () => {
  it('hands out what all layers allow, and says what it carries', async () => {
    const connection = await world.seed.connect({ server, consentScopes: ['repo', 'read:user'] });
    const answer = await ask(connection);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      access_token: connection.access,
      token_type: 'Bearer',
      provider: 'github',
      scope: 'repo read:user',
      connection_id: connection.connectionId,
    });
    expect(answer.body.warnings).toBeUndefined();
  });

  it('operator cap: refuses, naming the layer and the scopes beyond it, whatever was consented', async () => {
    const connection = await world.seed.connect({ server, consentScopes: ['delete_repo', 'read:user'] });
    const answer = await ask(connection, { scopes: ['read:user', 'delete_repo'] });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({
      error: 'access_denied',
      denied_by: 'operator_cap',
      missing_scopes: ['delete_repo'],
    });
    expect(answer.text).not.toContain(connection.access);
  });

  it('server cap: refuses what the operator allows to others', async () => {
    const connection = await world.seed.connect({ server, consentScopes: ['gist', 'read:user'] });
    const answer = await ask(connection, { scopes: ['gist'] });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ denied_by: 'server_cap', missing_scopes: ['gist'] });
  });

  it('server cap: a provider for which the server has no cap is refused', async () => {
    const capless = await world.seed.server({ notion: ['read'] });
    const connection = await world.seed.connect({ server: capless });
    const answer = await ask(connection, {}, capless);
    expect(answer.status).toBe(403);
    expect(answer.body.denied_by).toBe('server_cap');
  });

  it('consent: asks the person for more, on top of what was allowed before', async () => {
    const connection = await world.seed.connect({ server, consentScopes: ['read:user'] });
    const answer = await ask(connection, { scopes: ['repo'] });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toBe('interaction_required');
    expect(answer.body.missing_scopes.toSorted()).toEqual(['read:user', 'repo']);
    expect(answer.body.interaction_uri).toMatch(/^http:\/\/localhost:4000\/connect\/[\w-]{22,}$/);
  });

  it('R21 grant: refuses a token that can do more than the caps and cannot be narrowed', async () => {
    const connection = await world.seed.connect({
      server,
      consentScopes: ['read:user'],
      grantScopes: ['read:user', 'gist'],
    });
    const answer = await ask(connection, { scopes: ['read:user'] });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ denied_by: 'provider_cannot_narrow', missing_scopes: ['gist'] });
  });

  it('R21 grant: a token beyond the consent alone is not handed out either', async () => {
    const connection = await world.seed.connect({
      server,
      consentScopes: ['read:user'],
      grantScopes: ['read:user', 'repo'],
    });
    const answer = await ask(connection);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toBe('interaction_required');
  });

  it('grant: a token that carries less than was consented is not passed off as enough', async () => {
    const connection = await world.seed.connect({
      server,
      consentScopes: ['repo', 'read:user'],
      grantScopes: ['read:user'],
    });
    expect((await ask(connection, { scopes: ['repo'] })).body.error).toBe('interaction_required');
    expect((await ask(connection, { scopes: ['read:user'] })).status).toBe(200);
  });

  it('request: a token under the ceiling but wider than asked goes out with a warning', async () => {
    const connection = await world.seed.connect({ server, consentScopes: ['repo', 'read:user'] });
    const answer = await ask(connection, { scopes: ['read:user'] });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ scope: 'repo read:user', warnings: ['wider_than_requested'] });
  });

  it('request: implied scopes count (repo carries public_repo), unknown ones do not', async () => {
    const connection = await world.seed.connect({ server, consentScopes: ['repo'] });
    expect((await ask(connection, { scopes: ['public_repo'] })).status).toBe(200);
    const unknown = await ask(connection, { scopes: ['made:up'] });
    expect(unknown.body).toMatchObject({ denied_by: 'operator_cap', missing_scopes: ['made:up'] });
  });
});

describe('P2: a token leaves only with a live consent of that user for that server and subject', () => {
  const inThePast = new Date(Date.now() - 1_000);

  it.each([
    [
      'expired',
      (c: TestConnection) => world.sql('UPDATE consents SET expires_at = $2 WHERE id = $1', [c.consentId, inThePast]),
    ],
    [
      'ended',
      (c: TestConnection) =>
        world.sql(`UPDATE consents SET ended_at = now(), end_reason = 'user_ended' WHERE id = $1`, [c.consentId]),
    ],
    ['unlinked', (c: TestConnection) => world.sql('UPDATE subjects SET user_id = NULL WHERE id = $1', [c.subjectId])],
    [
      'its connection ended',
      (c: TestConnection) => world.sql('UPDATE connections SET ended_at = now() WHERE id = $1', [c.connectionRow]),
    ],
    [
      'its grant revoked',
      (c: TestConnection) =>
        world.sql(`UPDATE grants SET status = 'revoked', revoked_at = now() WHERE id = $1`, [c.grantId]),
    ],
    [
      'its grant dead at the provider',
      (c: TestConnection) => world.sql(`UPDATE grants SET status = 'needs_reauth' WHERE id = $1`, [c.grantId]),
    ],
  ])('R16 %s: nothing is handed out from the next call on', async (_what, take) => {
    const connection = await world.seed.connect({ server });
    expect((await ask(connection)).status).toBe(200);
    await take(connection);
    const answer = await ask(connection);
    expect([answer.status, answer.body.error]).toEqual([400, 'interaction_required']);
    expect(answer.text).not.toContain(connection.access);
  });

  it('the consent for another server is none', async () => {
    const connection = await world.seed.connect({ server });
    const other = await world.seed.server(undefined, server.organizationId);
    expect((await ask(connection, {}, other)).body.error).toBe('interaction_required');
    await world.seed.connect({
      server: other,
      userId: connection.userId,
      subject: connection.subject,
      account: 'other',
    });
    const own = await ask(connection, {}, other);
    expect(own.status).toBe(200);
    expect(own.body.access_token).not.toBe(connection.access);
    const named = await ask(connection, { connection_id: connection.connectionId }, other);
    expect([named.status, named.body.error]).toEqual([400, 'invalid_request']);
  });

  it('the consent of another subject is none, though it is the same person', async () => {
    const connection = await world.seed.connect({ server });
    const second = { ...connection, subject: 'second-name' };
    await world.sql(
      'INSERT INTO subjects (id, server_id, external_id, user_id, linked_at) VALUES (gen_random_uuid(), $1, $2, $3, now())',
      [server.id, second.subject, connection.userId],
    );
    expect((await ask(second)).body.error).toBe('interaction_required');
    expect((await ask(second, { connection_id: connection.connectionId })).body.error).toBe('invalid_request');
  });

  it("a consent that points at another server's own grant opens nothing", async () => {
    const theirs = await world.seed.connect({ server: await world.seed.server() });
    const crossed = await world.seed.connect({ server, userId: theirs.userId, grantId: theirs.grantId });
    const answer = await ask(crossed);
    expect(answer.text).not.toContain(theirs.access);
    expect(answer.body.error).toBe('interaction_required');
  });

  it("user_denied: a person's explicit no is an answer, and not a link", async () => {
    const connection = await world.seed.connect({ server });
    const { database } = world.context;
    const refusal = { subjectId: connection.subjectId, provider: 'github', seconds: 60 };
    const stranger = await world.seed.connect({ server });
    await putRefusal(database, { ...refusal, userId: stranger.userId });
    expect((await ask(connection, { scopes: ['repo'] })).body.denied_by).not.toBe('user_denied');
    await putRefusal(database, { ...refusal, userId: connection.userId });
    expect((await ask(connection)).status).toBe(200);
    const answer = await ask(connection, { scopes: ['repo'] });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ denied_by: 'user_denied' });
    expect(answer.body.interaction_uri).toBeUndefined();
  });

  it('R16 a lowered cap, a disabled key, server or organization takes effect on the next call', async () => {
    const own = await world.seed.server();
    const connection = await world.seed.connect({ server: own, consentScopes: ['repo'] });
    expect((await ask(connection, {}, own)).status).toBe(200);
    await world.operator.database.transaction(async (tx) => {
      await closeGate(tx);
      await putServerCap(tx, own.id, 'github', ['read:user']);
    });
    const lowered = await ask(connection, {}, own);
    expect([lowered.status, lowered.body.denied_by]).toEqual([403, 'provider_cannot_narrow']);
    for (const [table, id] of [
      ['server_keys', 'server_id'],
      ['servers', 'id'],
      ['organizations', 'id'],
    ] as const) {
      const of = table === 'organizations' ? own.organizationId : own.id;
      await world.sql(`UPDATE ${table} SET disabled_at = now() WHERE ${id} = $1`, [of]);
      expect((await ask(connection, {}, own)).status).toBe(401);
      await world.sql(`UPDATE ${table} SET disabled_at = NULL WHERE ${id} = $1`, [of]);
      expect((await ask(connection, {}, own)).status).toBe(403);
    }
  });
});
