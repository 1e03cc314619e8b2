import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Browser } from '../../integration/connecting/support/browser.js';
import { ConnectWorld } from '../../integration/connecting/support/connect-world.js';

let world: ConnectWorld;

beforeAll(async () => {
  world = await ConnectWorld.start('sign_in_attempts');
}, 60_000);

afterAll(async () => {
  await world?.stop();
});

/** What a stranger can put together alone: everything but the platform's own signature. */
function forged(): { state: string; cookie: string } {
  const seed = randomBytes(32).toString('base64url');
  const state = createHmac('sha256', seed).update('state').digest('base64url');
  const unsigned = `${seed}.${Buffer.from('/account').toString('base64url')}`;
  const since = `${unsigned}.${Date.now()}`;
  const signed = `${since}.${createHmac('sha256', 'a guess').update(since).digest('base64url')}`;
  const name = `te_sign_in_${state.slice(0, 12)}`;
  return { state, cookie: randomBytes(1)[0]! < 128 ? `${name}=${unsigned}` : `${name}=${signed}` };
}

async function callBack({ state, cookie }: { state: string; cookie: string }): Promise<number> {
  const query = new URLSearchParams({ state, code: 'made-up', iss: `${world.sandbox.url}/signin` });
  return (await fetch(`${world.url}/signin/callback?${query}`, { headers: { cookie } })).status;
}

interface Failures {
  readonly rows: number;
  readonly attempts: number;
}

async function failures(reason: string): Promise<Failures> {
  const [row] = await world.database.query<Failures>(
    `SELECT count(*)::int AS rows, coalesce(sum((details->>'count')::int), 0)::int AS attempts
       FROM audit_events WHERE kind = 'session.sign_in_failed' AND reason = $1 AND user_id IS NULL`,
    [reason],
  );
  return row!;
}

async function counted(reason: string, attempts: number): Promise<Failures> {
  let seen = await failures(reason);
  for (const end = Date.now() + 15_000; seen.attempts < attempts && Date.now() < end; seen = await failures(reason))
    await sleep(250);
  return seen;
}

/** A sign-in that really began here, up to the answer of the issuer. */
async function begun(): Promise<{ browser: Browser; answer: URL }> {
  const browser = new Browser();
  const page = await browser.open(`${world.url}/account`);
  const { url } = await browser.press(page, 'sub=person-ada', { until: (to) => to.origin === world.url });
  return { browser, answer: url };
}

describe('R58: failed sign-ins', () => {
  it('fill nothing, made up by a stranger or after a genuine start: one row counts what came in meanwhile', async () => {
    const lines = world.log.length;
    const answers = await Promise.all(Array.from({ length: 40 }, () => callBack(forged())));
    expect(new Set(answers)).toEqual(new Set([400]));
    // None of these went on to the issuer.
    expect(world.log.slice(lines).filter((line) => line.includes('sign-in failed'))).toEqual([]);

    const { browser, answer } = await begun();
    const cookie = await browser.jar.getCookieString(answer.href);
    answer.searchParams.set('code', 'another');
    const tries = await Promise.all(Array.from({ length: 20 }, () => fetch(answer, { headers: { cookie } })));
    expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([400]));

    const [strangers, begunHere] = await Promise.all([counted('not_begun_here', 40), counted('not_completed', 20)]);
    expect([strangers.attempts, begunHere.attempts]).toEqual([40, 20]);
    // Two, when the interval ended in between.
    expect(Math.max(strangers.rows, begunHere.rows)).toBeLessThanOrEqual(2);
  }, 30_000);

  it('are all that comes of a cookie in which somebody changed where to go afterwards', async () => {
    const { browser, answer } = await begun();
    const cookie = await browser.jar.getCookieString(answer.href);
    const account = Buffer.from('/account').toString('base64url');
    expect(cookie).toContain(account);
    const changed = cookie.replace(account, Buffer.from('/').toString('base64url'));
    expect((await fetch(answer, { headers: { cookie: changed }, redirect: 'manual' })).status).toBe(400);
    expect((await fetch(answer, { headers: { cookie }, redirect: 'manual' })).status).toBe(303);
  });
});
