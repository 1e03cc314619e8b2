import type { RefreshCall, RefreshTimes } from '#libs/token-refresh';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { Mortal } from './mortal.js';
import type { MortalOrder } from './mortal-replica.js';
import { json, ScriptedProvider, type Manners } from './scripted-provider.js';
import { World, type App, type TestGrant } from './world.js';

// As in production, but faster.
const times: RefreshTimes = { deadlineMs: 600, leaseMs: 1_500, pollMs: 50 };
const strict: Manners = { accessTokenDiesOnRefresh: true };
const forgiving: Manners = { accessTokenDiesOnRefresh: true, graceSeconds: 60 };
const severe: Manners = { accessTokenDiesOnRefresh: true, reuseRevokesFamily: true };

let fresh: FreshDatabase;
let world: World;
const providers = new Map<Manners, ScriptedProvider>();

beforeAll(async () => {
  fresh = await freshDatabase('crash');
  for (const manners of [strict, forgiving, severe]) providers.set(manners, await ScriptedProvider.start(manners));
  world = await World.start(
    fresh,
    [...providers.values()].map(({ url }) => url),
  );
}, 60_000);

afterEach(() => Mortal.endAll());

afterAll(async () => {
  await world.stop();
  for (const provider of providers.values()) await provider.close();
  await fresh.drop();
});

/** A grant at a provider with these manners, a process that may die on it, and a replica that comes after. */
class Scene {
  private constructor(
    readonly provider: ScriptedProvider,
    readonly grant: TestGrant,
    private readonly more: Partial<RefreshCall>,
  ) {}

  static async set(manners: Manners, more: Partial<RefreshCall> = {}, expiresInS = -60): Promise<Scene> {
    const provider = providers.get(manners)!;
    provider.spends.length = 0;
    const app: App = {
      provider: 'scripted',
      clientId: 'one',
      clientSecret: 'one-secret',
      params: { api: provider.url },
    };
    const grant = await world.usedGrant({ ...app, clientId: provider.url }, provider.authorize(), { expiresInS });
    return new Scene(provider, grant, more);
  }

  get call(): RefreshCall {
    return { grantId: this.grant.id, because: 'expired', knownGeneration: 1, waitMs: 8_000, ...this.more };
  }

  mortal(at?: MortalOrder['at']): Mortal {
    const { settings } = world;
    return Mortal.start({
      settings,
      definition: this.provider.definition(),
      call: this.call,
      times,
      ...(at && { at }),
    });
  }

  /** What the next replica makes of it, and what then stands in the database. */
  async aftermath(): Promise<Record<string, unknown>> {
    const replica = await world.replica({ definitions: [this.provider.definition()], times });
    const result = await replica.refresher.refresh(this.call);
    return { result: result.kind, ...(await this.standing()) };
  }

  async standing(): Promise<Record<string, unknown>> {
    const row = await world.row(this.grant.id);
    const events = await world.events(this.grant.id);
    return {
      status: row['status'],
      state: row['refresh_state'],
      spends: this.provider.spends.map((spend) => spend.accepted),
      alerts: events.filter((event) => event.startsWith('connection.needs_reauth')),
      works: this.provider.isAlive((await world.pair(this.grant, 'scripted')).access),
    };
  }
}

const recovered = { result: 'fresh', status: 'active', state: 'idle', alerts: [], works: true };
const lost = { result: 'needs_reauth', status: 'needs_reauth', state: 'idle', works: false };
const once = ['connection.needs_reauth:reply_lost'];

const manners: [string, Manners][] = [
  ['spends once and forgives nothing', strict],
  ['forgives repetition for a while', forgiving],
  ['revokes everything on repetition', severe],
];

describe.each(manners)('at a provider that %s', (_name, at) => {
  it('F1: a crash before the intent costs nothing (P3)', async () => {
    const scene = await Scene.set(at);
    await scene.mortal({ edge: 'entering', step: 'intend', signal: 'SIGKILL' }).end();
    expect(await scene.aftermath()).toEqual({ ...recovered, spends: [true] });
  });

  it('F2: a crash after the intent and before the send costs nothing; the next one waits for the lease (P3)', async () => {
    const scene = await Scene.set(at);
    await scene.mortal({ edge: 'leaving', step: 'intend', signal: 'SIGKILL' }).end();
    const before = performance.now();
    expect(await scene.aftermath()).toEqual({ ...recovered, spends: [true] });
    expect(performance.now() - before).toBeGreaterThan(300);
  });

  it('F5: a crash after the commit and before anybody heard of it is no second spend (P3)', async () => {
    const scene = await Scene.set(at);
    await scene.mortal({ edge: 'leaving', step: 'persist', signal: 'SIGKILL' }).end();
    expect(await scene.aftermath()).toEqual({ ...recovered, spends: [true] });
  });
});

/** The provider acts, and the process dies before it hears of it. */
async function dieBeforeReply(scene: Scene): Promise<void> {
  const mortal = scene.mortal();
  scene.provider.next(({ rotate, res }) => {
    rotate();
    mortal.kill('SIGKILL');
    res.socket?.destroy();
  });
  await mortal.end();
}

const dieBeforeCommit = (scene: Scene) => scene.mortal({ edge: 'entering', step: 'persist', signal: 'SIGKILL' }).end();

describe.each([
  ['F3: a crash after the send and before the reply', dieBeforeReply],
  ['F4: a crash after the reply and before the commit', dieBeforeCommit],
])('%s', (_name, crash) => {
  it('is repaired by repetition where the provider forgives it (P3)', async () => {
    const scene = await Scene.set(forgiving);
    await crash(scene);
    expect(await scene.aftermath()).toEqual({ ...recovered, spends: [true, true] });
  });

  it('loses the grant where it does not, with its reason and one alert', async () => {
    const scene = await Scene.set(strict);
    await crash(scene);
    expect(await scene.aftermath()).toEqual({ ...lost, spends: [true, false], alerts: once });
    expect(await scene.aftermath()).toEqual({ ...lost, spends: [true, false], alerts: once });
  });

  it('is not repeated where repetition revokes everything and the old access token proves the spend', async () => {
    const scene = await Scene.set(severe, { because: 'rejected' }, 3600);
    await crash(scene);
    expect(await scene.aftermath()).toEqual({ ...lost, spends: [true], alerts: once });
  });
});

describe('F7: a holder that is stopped for longer than its lease', () => {
  it('lets no byte leave when it wakes before the send, because somebody else has spent meanwhile (P3)', async () => {
    const scene = await Scene.set(severe);
    const mortal = scene.mortal({ edge: 'entering', step: 'recheck', signal: 'SIGSTOP' });
    await world.lapsed(scene.grant.id);
    expect(await scene.aftermath()).toEqual({ ...recovered, spends: [true] });
    mortal.kill('SIGCONT');
    expect(await mortal.end()).toMatchObject({ kind: 'fresh', generation: 2 });
    expect(await scene.standing()).toMatchObject({ spends: [true], works: true, status: 'active' });
  });

  it('stores the reply that came while it slept, and takes the alarm back (P3)', async () => {
    const scene = await Scene.set(strict);
    const mortal = scene.mortal();
    scene.provider.next(({ rotate, res }) => {
      const pair = rotate();
      mortal.kill('SIGSTOP');
      json(res, 200, pair);
    });
    await world.lapsed(scene.grant.id);
    expect(await scene.aftermath()).toMatchObject({ result: 'needs_reauth', spends: [true, false] });
    mortal.kill('SIGCONT');
    expect(await mortal.end()).toEqual({ kind: 'fresh', generation: 2 });
    expect(await scene.standing()).toMatchObject({ status: 'active', works: true, spends: [true, false] });
    expect(await world.events(scene.grant.id)).toEqual(
      expect.arrayContaining(['token.late_reply', 'connection.recovered']),
    );
  });
});
