import fc from 'fast-check';
import { connectNotion } from '../../../apps/sandbox/src/testing/notion-moves.js';
import { oauthApp } from '../../../apps/sandbox/src/testing/fixture.js';
import { ExchangeWorld } from '../../support/exchange-world.js';
import type { TestServer } from '../../support/exchange-seed.js';

let world: ExchangeWorld;
let server: TestServer;

beforeAll(async () => {
  world = await ExchangeWorld.start('exchange token life', { sandbox: true });
  server = await world.seed.server();
});
afterAll(() => world.close());

function inSeconds(seconds: number): Date {
  return new Date(Date.now() + seconds * 1000);
}

async function fromGithub(secondsLeft: number) {
  const issued = await world.sandbox.connectGithub(oauthApp, 'read:user offline_access');
  const { access_token: access, refresh_token: refresh } = issued;
  return world.seed.connect({ server, access, refresh, accessExpiresAt: inSeconds(secondsLeft) });
}

async function fromNotion(at = server) {
  const { access_token: access, refresh_token: refresh } = await connectNotion(world.sandbox);
  const wanted = { provider: 'notion', access, refresh, consentScopes: ['read'], accessExpiresAt: null } as const;
  const connection = await world.seed.connect({ server: at, ...wanted });
  const ask = (more = {}) => world.exchange(at.key, connection.subject, { provider: 'notion', ...more });
  const age = (interval: string) =>
    world.sql(`UPDATE grants SET obtained_at = now() - $2::interval WHERE id = $1`, [connection.grantId, interval]);
  return { ...connection, ask, age };
}

async function spends(): Promise<number> {
  const [row] = await world.sql<{ n: number }>(
    `SELECT count(*)::int AS n FROM audit_events WHERE kind = 'token.refreshed'`,
  );
  return row!.n;
}

describe('R24: the life of a token that is handed out', () => {
  it('property: expires_in and expires_at are the rest of its life, and never below the floor', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 11, max: 100_000 }), async (seconds) => {
        const ends = inSeconds(seconds + 1);
        const connection = await world.seed.connect({ server, accessExpiresAt: ends });
        const { status, body } = await world.exchange(server.key, connection.subject);
        expect(status).toBe(200);
        expect(body.expires_at).toBe(ends.toISOString());
        expect(body.expires_in).toBeLessThanOrEqual(seconds + 1);
        expect(body.expires_in).toBeGreaterThanOrEqual(seconds - 4);
        expect(Number.isInteger(body.expires_in)).toBe(true);
        expect(body).not.toHaveProperty('warnings');
        expect(Object.keys(body).toSorted()).toEqual([
          'access_token', 'connection_id', 'exchange_id', 'expires_at', 'expires_in', 'provider', 'scope', 'token_type',
        ]); // prettier-ignore
      }),
      { numRuns: 25 },
    );
  });

  it.each([5, -60])('%d seconds left: refreshed first, and what is handed out is new and alive', async (left) => {
    const connection = await fromGithub(left);
    const { status, body } = await world.exchange(server.key, connection.subject);
    expect(status).toBe(200);
    expect(body.access_token).not.toBe(connection.access);
    expect(body.expires_in).toBeGreaterThan(25_000);
    expect((await world.sandbox.githubApi('/user', body.access_token)).status).toBe(200);
  });

  it('ended, with nothing to refresh with: the person is asked, and the dead token stays inside', async () => {
    const connection = await world.seed.connect({ server, accessExpiresAt: inSeconds(-1) });
    const answer = await world.exchange(server.key, connection.subject);
    expect(answer.body.error).toBe('interaction_required');
    expect(answer.text).not.toContain(connection.access);
  });

  it('min_validity: refreshed when it can be, at most 300 s are honoured', async () => {
    const connection = await fromGithub(200);
    const { body } = await world.exchange(server.key, connection.subject, { min_validity: 250 });
    expect(body.access_token).not.toBe(connection.access);
    const longer = await fromGithub(400);
    const kept = await world.exchange(server.key, longer.subject, { min_validity: 80_000 });
    expect(kept.body.access_token).toBe(longer.access);
  });

  it('provider away: a living token goes out with a warning, a dead one is a 503 without one', async () => {
    const [alive, dead] = [await fromGithub(200), await fromGithub(5)];
    await world.sql(
      `UPDATE grants SET retry_at = now() + interval '1 minute', last_failure = 'down' WHERE id = ANY($1)`,
      [[alive.grantId, dead.grantId]],
    );
    const served = await world.exchange(server.key, alive.subject, { min_validity: 300 });
    expect(served.body).toMatchObject({ access_token: alive.access });
    expect(served.body.warnings).toEqual(expect.arrayContaining(['provider_unavailable', 'shorter_than_min_validity']));
    const refused = await world.exchange(server.key, dead.subject);
    expect([refused.status, refused.body.error]).toEqual([503, 'temporarily_unavailable']);
    expect(refused.body.exchange_id).toMatch(/^exc_/);
    expect(refused.text).not.toContain(dead.access);
  });
});

describe('rejected_exchange_id: a token that the provider refused', () => {
  it('unknown expiry is left out, and a complaint about the own hand-out refreshes once', async () => {
    const notion = await fromNotion();
    const first = await notion.ask();
    expect(first.body).not.toHaveProperty('expires_in');
    expect(first.body).not.toHaveProperty('expires_at');
    await notion.age('1 minute');
    const before = await spends();
    const complaint = { rejected_exchange_id: first.body.exchange_id };
    const answers = await Promise.all(Array.from({ length: 10 }, () => notion.ask(complaint)));
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(new Set(answers.map((answer) => answer.body.access_token)).size).toBe(1);
    expect(answers[0]!.body.access_token).not.toBe(first.body.access_token);
    expect(await spends()).toBe(before + 1);
  });

  it('a complaint about an older generation gets the token in force, without another refresh', async () => {
    const notion = await fromNotion();
    const first = await notion.ask();
    await notion.age('1 minute');
    const second = await notion.ask({ rejected_exchange_id: first.body.exchange_id });
    await notion.age('1 minute');
    const before = await spends();
    const third = await notion.ask({ rejected_exchange_id: first.body.exchange_id });
    expect(third.body.access_token).toBe(second.body.access_token);
    expect(await spends()).toBe(before);
  });

  it('a complaint about a token that is fresh from the provider is not believed', async () => {
    const notion = await fromNotion();
    const first = await notion.ask();
    await notion.age('5 seconds');
    const before = await spends();
    const again = await notion.ask({ rejected_exchange_id: first.body.exchange_id });
    expect(again.body.access_token).toBe(first.body.access_token);
    expect(await spends()).toBe(before);
  });

  it("R26 another server's hand-out, an unknown one and a refusal count for nothing", async () => {
    const theirs = await fromNotion(await world.seed.server());
    const stranger = await theirs.ask();
    const notion = await fromNotion();
    const refusal = await notion.ask({ scopes: ['write'] });
    expect(refusal.status).toBe(403);
    const first = await notion.ask();
    await notion.age('1 minute');
    await theirs.age('1 minute');
    const before = await spends();
    const ids = [stranger.body.exchange_id, refusal.body.exchange_id, `exc_${'0'.repeat(32)}`];
    for (const rejected_exchange_id of ids) {
      const answer = await notion.ask({ rejected_exchange_id });
      expect([answer.status, answer.body.access_token]).toEqual([200, first.body.access_token]);
    }
    expect(await spends()).toBe(before);
  });

  it('R26 on a shared grant, one server may complain only about its own hand-out', async () => {
    const mine = await fromNotion();
    const other = await world.seed.server();
    const shared = { server: other, provider: 'notion', userId: mine.userId, grantId: mine.grantId } as const;
    const theirs = await world.seed.connect({ ...shared, consentScopes: ['read'], access: mine.access });
    const first = await mine.ask();
    await mine.age('1 minute');
    const before = await spends();
    const complaint = { provider: 'notion', rejected_exchange_id: first.body.exchange_id };
    const answer = await world.exchange(other.key, theirs.subject, complaint);
    expect([answer.status, answer.body.access_token]).toEqual([200, first.body.access_token]);
    expect(await spends()).toBe(before);
  });
});
