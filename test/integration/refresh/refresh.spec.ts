import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { ScriptedProvider } from './scripted-provider.js';
import { World, type App } from './world.js';

let fresh: FreshDatabase;
let provider: ScriptedProvider;
let world: World;
let app: App;

beforeAll(async () => {
  fresh = await freshDatabase('refresh');
  provider = await ScriptedProvider.start({ accessTokenDiesOnRefresh: true });
  world = await World.start(fresh, [provider.url]);
  app = { provider: 'scripted', clientId: 'one', clientSecret: 'one-secret', params: {} };
}, 60_000);

afterAll(async () => {
  await world.stop();
  await provider.close();
  await fresh.drop();
});

const definitions = () => [provider.definition()];

describe('a refresh', () => {
  it('spends once, stores the new pair and writes both rows', async () => {
    const replica = await world.replica({ definitions: definitions() });
    const grant = await world.usedGrant(app, provider.authorize());
    expect(await replica.refresh(grant.id)).toEqual({ kind: 'fresh', generation: 2 });
    expect(provider.accepted).toBe(1);
    const pair = await world.pair(grant, 'scripted');
    expect(provider.isAlive(pair.access)).toBe(true);
    expect(await world.events(grant.id)).toEqual(['token.refresh_started', 'token.refreshed']);
    expect(await world.row(grant.id)).toMatchObject({ refresh_state: 'idle', lease_id: null, failure_count: 0 });
  });
});
