import { newId, type Uuid } from '#libs/kernel';
import { app, done, Stage, user } from './stage.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set('by_the_person');
}, 60_000);

afterAll(async () => {
  await stage.clear();
});

describe('a person', () => {
  it('cuts off one server and keeps the other, each with its own grant', async () => {
    const first = await stage.connected();
    const other = await stage.world.addServer();
    const answer = stage.provider.authorize();
    const second = await stage.world.grant(app, answer, {
      expiresInS: 3600,
      serverId: other,
      userId: first.grant.userId,
    });
    await stage.world.consent(second, 'same-me', { serverId: other });
    const cut = { userId: first.grant.userId, consentId: first.consentId };
    expect(await stage.revocations.endConsent(cut, user)).toEqual(done);
    expect(stage.provider.isAlive(first.answer.access_token)).toBe(false);
    expect(stage.provider.isAlive(answer.access_token)).toBe(true);
    expect(await stage.world.row(second.id)).toMatchObject({ status: 'active' });
    expect(await stage.revocations.endConsent(cut, user)).toEqual(done);
  });

  it('cannot end what belongs to somebody else', async () => {
    const { grant, consentId } = await stage.connected();
    const stranger = newId();
    await stage.revocations.endConsent({ userId: stranger, consentId }, user);
    const refused = { code: 'not_found' };
    const { connectionId } = grant;
    await expect(stage.revocations.disconnect({ userId: stranger, connectionId }, user)).rejects.toMatchObject(refused);
    expect(await stage.world.row(grant.id)).toMatchObject({ status: 'active' });
  });

  it('unlinks a name: its consents end and it is free', async () => {
    const { grant, subject } = await stage.connected();
    const { database } = stage.world.hand;
    const [row] = await database.query<{ id: Uuid }>('SELECT id FROM subjects WHERE external_id = $1', [subject]);
    const { userId } = grant;
    expect(await stage.revocations.unlinkSubject({ userId, subjectId: row!.id }, user)).toEqual(done);
    const [after] = await database.query('SELECT user_id FROM subjects WHERE id = $1', [row!.id]);
    expect(after).toEqual({ user_id: null });
    expect(await stage.world.row(grant.id)).toMatchObject({ status: 'revoked' });
  });

  it('disconnects an account: everything under it ends, also what no server uses any more', async () => {
    const { grant, answer } = await stage.connected();
    const lonely = stage.provider.authorize();
    const unused = await stage.world.grant(app, lonely, { expiresInS: 3600, userId: grant.userId });
    const { userId } = grant;
    expect(await stage.revocations.disconnect({ userId, connectionId: grant.connectionId }, user)).toEqual(done);
    expect(await stage.revocations.disconnect({ userId, connectionId: unused.connectionId }, user)).toEqual(done);
    for (const token of [answer, lonely]) expect(stage.provider.isAlive(token.access_token)).toBe(false);
    expect(await stage.revocations.disconnect({ userId, connectionId: grant.connectionId }, user)).toEqual(done);
    const ended = await stage.world.hand.database.query(
      'SELECT 1 FROM connections WHERE user_id = $1 AND ended_at IS NULL',
      [userId],
    );
    expect(ended).toEqual([]);
  });
});
