import { Secret, systemClock, systemRandom } from '#libs/kernel';
import { Revocations } from '#libs/revocation';
import { silentLogger } from '#libs/telemetry';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import type { Replica } from '../refresh/replica.js';
import { ScriptedProvider } from '../refresh/scripted-provider.js';
import { World, type App } from '../refresh/world.js';

let fresh: FreshDatabase;
let provider: ScriptedProvider;
let world: World;
let app: App;
let replica: Replica;
let revocations: Revocations;

beforeAll(async () => {
  fresh = await freshDatabase('revocation');
  provider = await ScriptedProvider.start({ accessTokenDiesOnRefresh: true });
  world = await World.start(fresh.appUrl, [provider.url]);
  app = { provider: 'scripted', clientId: 'one', clientSecret: 'one-secret', params: {} };
  replica = await world.replica({ definitions: [provider.definition()] });
  revocations = new Revocations({
    ...replica,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    redirectUri: () => 'http://localhost:4000/callback',
  });
});

afterAll(async () => {
  await revocations.close();
  await world.stop();
  await provider.close();
  await fresh.drop();
});

const server = { actor: 'server' } as const;
const user = { actor: 'user' } as const;

describe('a server that gives up its access', () => {
  it('has the grant revoked here and at the provider, and its tokens forgotten', async () => {
    const answer = provider.authorize();
    const grant = await world.grant(app, answer, { expiresInS: 3600 });
    await world.consent(grant, 'ada');
    const give = { serverId: world.serverId, subject: 'ada', provider: 'scripted' };
    expect(await revocations.giveUpAccess(give, server)).toEqual({ revoked: true, upstream: 'revoked' });
    expect(provider.revoked).toContain(answer.access_token);
    expect(await world.row(grant.id)).toMatchObject({
      status: 'revoked',
      access_token_sealed: null,
      refresh_token_sealed: null,
    });
    expect(await revocations.giveUpAccess(give, server)).toEqual({ revoked: true, upstream: 'revoked' });
    expect(await world.events(grant.id)).toEqual([
      'consent.ended:server_gave_up',
      'connection.ended:server_gave_up',
      'upstream.revoked',
    ]);
  });
});
