import { newId, Secret } from '#libs/kernel';
import { usual } from '../refresh/scripted-provider.js';
import type { TestGrant } from '../refresh/world.js';
import { done, server, Stage } from './stage.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set('killing');
}, 60_000);

afterAll(async () => {
  await stage.clear();
});

describe('a token that is to be killed', () => {
  const kill = (token: string) =>
    stage.revocations.killToken({ serverId: stage.world.serverId, token: new Secret(token) }, server);

  it('ends with its grant, when it is the one in force', async () => {
    const { grant, answer } = await stage.connected();
    expect(await kill(answer.access_token)).toEqual(done);
    expect(stage.provider.isAlive(answer.access_token)).toBe(false);
    expect(await stage.world.row(grant.id)).toMatchObject({ status: 'revoked' });
    expect(await kill(answer.access_token)).toEqual(done);
  });

  it('is answered like a dead one when it is nobody’s, or another server’s, and nothing happens', async () => {
    const { grant, answer } = await stage.connected({ serverId: await stage.world.addServer() });
    expect(await kill('never seen')).toEqual(done);
    expect(await kill(answer.access_token)).toEqual(done);
    expect(await stage.world.row(grant.id)).toMatchObject({ status: 'active' });
    expect(stage.provider.isAlive(answer.access_token)).toBe(true);
  });

  async function handOut(grant: TestGrant): Promise<void> {
    await stage.world.hand.database.query(
      `INSERT INTO audit_events (id, kind, outcome, actor, server_id, grant_id, generation, token_fingerprint)
       SELECT $1, 'token.exchange', 'allowed', 'server', $2, id, generation, access_fingerprint FROM grants WHERE id = $3`,
      [newId(), stage.world.serverId, grant.id],
    );
  }

  it('is refused on a shared grant', async () => {
    const { grant, answer } = await stage.connected({ serverId: null });
    await handOut(grant);
    await expect(kill(answer.access_token)).rejects.toMatchObject({ code: 'conflict' });
    expect(await stage.world.row(grant.id)).toMatchObject({ status: 'active' });
  });

  it('dies alone when a refresh has replaced it', async () => {
    const { grant, answer } = await stage.connected();
    await handOut(grant);
    stage.provider.next(usual);
    expect(await stage.replica.refresh(grant.id, { because: 'rejected' })).toMatchObject({ kind: 'fresh' });
    stage.provider.revoked.length = 0;
    expect(await kill(answer.access_token)).toEqual(done);
    expect(stage.provider.revoked).toEqual([answer.access_token]);
    expect(await stage.world.row(grant.id)).toMatchObject({ status: 'active', generation: 2 });
  });
});
