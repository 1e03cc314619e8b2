import type { ServerResponse } from 'node:http';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import type { Replica } from './replica.js';
import { json, losesAnswer, ScriptedProvider, usual, type Act } from './scripted-provider.js';
import { World, type App, type TestGrant } from './world.js';

let fresh: FreshDatabase;
let strict: ScriptedProvider;
let forgiving: ScriptedProvider;
let world: World;

beforeAll(async () => {
  fresh = await freshDatabase('replies');
  strict = await ScriptedProvider.start({ accessTokenDiesOnRefresh: true });
  forgiving = await ScriptedProvider.start({ accessTokenDiesOnRefresh: true, graceSeconds: 60 });
  world = await World.start(fresh, [strict.url, forgiving.url]);
}, 60_000);

afterAll(async () => {
  await world.stop();
  await strict.close();
  await forgiving.close();
  await fresh.drop();
});

async function scene(provider: ScriptedProvider, expiresInS = -60): Promise<[TestGrant, Replica]> {
  provider.spends.length = 0;
  const app: App = {
    provider: 'scripted',
    clientId: provider.url,
    clientSecret: 'a-secret',
    params: { api: provider.url },
  };
  const grant = await world.usedGrant(app, provider.authorize(), { expiresInS });
  return [grant, await world.replica({ definitions: [provider.definition()] })];
}

/** Answers after having rotated, or without. */
const says =
  (answer: (res: ServerResponse, pair: Record<string, unknown>) => void): Act =>
  ({ res, rotate }) =>
    answer(res, rotate() ?? {});

const raw = (body: string, type = 'application/json', status = 200) =>
  says((res) => res.writeHead(status, { 'content-type': type }).end(body));

describe('an answer that brings a pair in an odd form (F9)', () => {
  const odd: [string, Act, Record<string, unknown>][] = [
    [
      'no expires_in',
      says((res, pair) => json(res, 200, { ...pair, expires_in: undefined })),
      { access_expires_at: null },
    ],
    ['a string as expires_in', says((res, pair) => json(res, 200, { ...pair, expires_in: '3600' })), {}],
    ['a narrower scope', says((res, pair) => json(res, 200, { ...pair, scope: 'read' })), { scopes: ['read'] }],
    ['another content type', says((res, pair) => void res.writeHead(200).end(JSON.stringify(pair))), {}],
  ];

  it.each(odd)('stores it: %s', async (_name, act, expected) => {
    const [grant, replica] = await scene(strict);
    strict.next(act);
    expect(await replica.refresh(grant.id)).toEqual({ kind: 'fresh', generation: 2 });
    expect(await world.row(grant.id)).toMatchObject({ status: 'active', ...expected });
    expect(strict.isAlive((await world.pair(grant, 'scripted')).access)).toBe(true);
  });

  it('keeps the old refresh token where it brings none, and can open it again', async () => {
    const [grant, replica] = await scene(strict);
    const before = await world.pair(grant, 'scripted');
    strict.next(({ res }) => json(res, 200, { access_token: 'another', expires_in: 3600 }));
    expect(await replica.refresh(grant.id)).toEqual({ kind: 'fresh', generation: 2 });
    expect(await world.pair(grant, 'scripted')).toEqual({ access: 'another', refresh: before.refresh });
    expect(await replica.refresh(grant.id, { knownGeneration: 2 })).toEqual({ kind: 'fresh', generation: 3 });
  });
});

describe('an answer that brings nothing and may hide a spend (F8, F9, F11)', () => {
  const silences: [string, Act][] = [
    ['a cut connection', losesAnswer],
    ['half a JSON text', raw('{"access_token":"a')],
    ['a page with status 200', raw('<html>hello</html>', 'text/html')],
    ['an empty body', raw('')],
    ['a 502 after the spend', raw('{}', 'application/json', 502)],
  ];

  it.each(silences)('is repaired where the provider forgives repetition: %s (P3)', async (_name, act) => {
    const [grant, replica] = await scene(forgiving);
    forgiving.next(act);
    expect(await replica.refresh(grant.id)).toMatchObject({ kind: 'unavailable' });
    expect(await world.row(grant.id)).toMatchObject({
      status: 'active',
      generation: 1,
      refresh_state: 'indeterminate',
    });
    await world.elapse(grant.id);
    expect(await replica.refresh(grant.id)).toEqual({ kind: 'fresh', generation: 2 });
    expect(forgiving.spends.map((spend) => spend.accepted)).toEqual([true, true]);
    expect(await world.row(grant.id)).toMatchObject({ refresh_state: 'idle', indeterminate_since: null });
  });

  it.each(silences)('loses the grant where it does not, once and with its reason: %s', async (_name, act) => {
    const [grant, replica] = await scene(strict);
    strict.next(act);
    await replica.refresh(grant.id);
    await world.elapse(grant.id);
    expect(await replica.refresh(grant.id)).toEqual({ kind: 'needs_reauth', reason: 'reply_lost' });
    expect((await world.events(grant.id)).filter((event) => event.startsWith('connection.'))).toHaveLength(1);
  });

  it('F11: a 503 from before the spend costs nothing (P3)', async () => {
    const [grant, replica] = await scene(strict);
    strict.next(({ res }) => json(res, 503, {}));
    expect(await replica.refresh(grant.id)).toMatchObject({ kind: 'unavailable' });
    await world.elapse(grant.id);
    expect(await replica.refresh(grant.id)).toEqual({ kind: 'fresh', generation: 2 });
    expect(strict.spends.map((spend) => spend.accepted)).toEqual([true]);
  });

  it('serves the old access token while it lives, though the refresh token is refused (P3)', async () => {
    const [grant, replica] = await scene(strict, 3600);
    strict.next(
      ({ res }) => void res.socket?.destroy(),
      ({ refuse }) => refuse(),
    );
    await replica.refresh(grant.id, { because: 'rejected' });
    await world.elapse(grant.id);
    expect(await replica.refresh(grant.id, { because: 'rejected' })).toMatchObject({ reason: 'outcome_unknown' });
    expect(await world.row(grant.id)).toMatchObject({ status: 'active', refresh_state: 'indeterminate' });
    strict.kill((await world.pair(grant, 'scripted')).access);
    strict.next(({ refuse }) => refuse());
    await world.elapse(grant.id);
    expect(await replica.refresh(grant.id)).toEqual({ kind: 'needs_reauth', reason: 'reply_lost' });
  });
});

describe('a refusal', () => {
  it('that is the operator’s to mend marks no grant as dead, and waits', async () => {
    const [grant, replica] = await scene(strict);
    strict.next(({ refuse }) => refuse('invalid_client'));
    const result = await replica.refresh(grant.id);
    expect(result).toMatchObject({ kind: 'unavailable', reason: 'invalid_client' });
    expect(await world.row(grant.id)).toMatchObject({ status: 'active', refresh_state: 'idle', failure_count: 1 });
    expect(await replica.refresh(grant.id)).toMatchObject({ kind: 'unavailable', reason: 'invalid_client' });
    expect(strict.spends).toHaveLength(0);
    await world.elapse(grant.id);
    expect(await replica.refresh(grant.id)).toEqual({ kind: 'fresh', generation: 2 });
  });

  const waits: [string, string | undefined, number, number][] = [
    ['in seconds', '120', 120_000, 132_500],
    ['as a date', new Date(Date.now() + 300_000).toUTCString(), 250_000, 331_000],
    ['of a year', '31536000', 3_600_000, 3_960_500],
    ['below zero', '-5', 0, 300_000],
    ['not at all', undefined, 0, 300_000],
  ];

  it.each(waits)('for its rate is waited for, when it says so %s (F10)', async (_name, retryAfter, least, most) => {
    const [grant, replica] = await scene(strict);
    strict.next(({ res }) => {
      if (retryAfter !== undefined) res.setHeader('retry-after', retryAfter);
      json(res, 429, { error: 'slow_down' });
    });
    await replica.refresh(grant.id);
    const row = await world.row(grant.id);
    const wait = (row['retry_at'] as Date).getTime() - Date.now();
    expect(row).toMatchObject({ status: 'active', refresh_state: 'idle' });
    expect(wait).toBeGreaterThan(least - 2_000);
    expect(wait).toBeLessThan(most);
    expect(strict.spends).toHaveLength(0);
  });

  it('of a host that does not answer spends nothing (F27, P3)', async () => {
    const [grant] = await scene(strict);
    const gone = await ScriptedProvider.start();
    const { url } = gone;
    await gone.close();
    await world.operator.query(`UPDATE registrations SET params = jsonb_build_object('api', $2::text) WHERE id = $1`, [
      grant.registrationId,
      url,
    ]);
    const replica = await world.replica({
      definitions: [
        strict.definition({
          params: {
            api: { kind: 'baseUrl', says: 'The API', pattern: 'http://127.0.0.1:[0-9]+' },
          },
        }),
      ],
    });
    expect(await replica.refresh(grant.id)).toMatchObject({ kind: 'unavailable' });
    expect(await world.row(grant.id)).toMatchObject({ refresh_state: 'idle', indeterminate_since: null });
    expect((await world.events(grant.id)).includes('token.refresh_started')).toBe(false);
    await world.operator.query(`UPDATE registrations SET params = jsonb_build_object('api', $2::text) WHERE id = $1`, [
      grant.registrationId,
      strict.url,
    ]);
    await world.elapse(grant.id);
    strict.next(usual);
    const again = await world.replica({ definitions: [strict.definition()] });
    expect(await again.refresh(grant.id)).toEqual({ kind: 'fresh', generation: 2 });
  });
});
