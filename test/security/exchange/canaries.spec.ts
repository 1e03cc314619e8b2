import { sha256 } from '#libs/crypto';
import { dumpOf, formsOf, found } from '../../support/canaries.js';
import { connectNotion } from '../../../apps/sandbox/src/testing/notion-moves.js';
import { oauthApp } from '../../../apps/sandbox/src/testing/fixture.js';
import { ExchangeProcess } from '../../support/exchange-process.js';
import { ExchangeWorld } from '../../support/exchange-world.js';
import type { TestServer } from '../../support/exchange-seed.js';

let world: ExchangeWorld;
let server: TestServer;
let auditor: string;
const links: string[] = [];
const refreshTokens: string[] = [];
const subjects: string[] = ['nobody', 'someone-new'];

/** What people wrote about people is kept under their keys alone. */
const purpose = 'to read the diary of Ada Lindqvist';

beforeAll(async () => {
  world = await ExchangeWorld.start('exchange canaries', { sandbox: true });
  server = await world.seed.server();
  auditor = await world.seed.auditorKey();
  await exerciseEverything();
});
afterAll(() => world.close());

async function realGithub() {
  const issued = await world.sandbox.connectGithub(oauthApp, 'repo read:user offline_access');
  world.seed.secrets.push(issued.access_token, issued.refresh_token);
  refreshTokens.push(issued.refresh_token);
  const soon = new Date(Date.now() + 5_000);
  const { access_token: access, refresh_token: refresh } = issued;
  return world.seed.connect({ server, access, refresh, consentScopes: ['repo', 'read:user'], accessExpiresAt: soon });
}

async function realNotion() {
  const issued = await connectNotion(world.sandbox);
  world.seed.secrets.push(issued.access_token, issued.refresh_token);
  refreshTokens.push(issued.refresh_token);
  const { access_token: access, refresh_token: refresh } = issued;
  return world.seed.connect({
    server,
    provider: 'notion',
    access,
    refresh,
    consentScopes: ['read'],
    accessExpiresAt: null,
  });
}

async function exerciseEverything(): Promise<void> {
  const ours = async (subject: string, more: Record<string, unknown> = {}) => {
    const answer = await world.exchange(server.key, subject, { purpose, call_id: 'call-1', tool: 'read', ...more });
    if (answer.body.access_token) world.seed.secrets.push(answer.body.access_token);
    if (answer.body.interaction_uri) links.push(answer.body.interaction_uri.split('/').at(-1));
    return answer;
  };
  const [plain, refreshed, notion] = [await world.seed.connect({ server }), await realGithub(), await realNotion()];
  subjects.push(plain.subject, refreshed.subject, notion.subject);
  await ours(plain.subject);
  const renewed = await ours(refreshed.subject);
  expect([renewed.status, renewed.body.access_token === refreshed.access]).toEqual([200, false]);
  const handedOut = await ours(notion.subject, { provider: 'notion' });
  await world.sql(`UPDATE grants SET obtained_at = now() - interval '5 minutes' WHERE id = $1`, [notion.grantId]);
  const again = await ours(notion.subject, { provider: 'notion', rejected_exchange_id: handedOut.body.exchange_id });
  expect([again.status, again.body.access_token === notion.access]).toEqual([200, false]);
  await ours('nobody');
  await ours(plain.subject, { scopes: ['repo'] });
  await ours(plain.subject, { scopes: ['delete_repo'] });
  await ours(plain.subject, { provider: 'unknown' });
  await world.post('/token/exchange', server.key, '{"user_id": "broken');
  await world.post('/connections/query', server.key, { user_id: plain.subject });
  await world.get(`/user/${plain.subject}/connections`, server.key);
  await world.get('/providers', server.key);
  const session = await world.post('/connect/sessions', server.key, { user_id: 'someone-new', provider: 'github' });
  links.push(session.body.connect_url.split('/').at(-1));
  await world.post('/token/revoke', server.key, { token: renewed.body.access_token });
  await world.post('/token/revoke', server.key, { token: plain.access });
  await world.get('/audit/events?limit=200', auditor);
  await world.get('/audit/events', `${auditor.slice(0, -1)}x`);
}

/** Answers that are allowed to hold a token lose exactly that one field. */
function withoutToken(answer: string): string {
  return answer.replace(/"(access_token|connect_url|interaction_uri)":"[^"]*"/g, '');
}

describe('P5 R44: secrets are nowhere in clear', () => {
  it('the search finds a secret in each of its forms', () => {
    const secret = 'gho_Canary0123456789abcdef0123456789';
    for (const form of formsOf(secret)) expect(found([secret], `x${form}y`)).not.toEqual([]);
    for (const lead of ['', 'a', 'ab'])
      expect(found([secret], Buffer.from(`${lead}${secret}tail`).toString('base64'))).not.toEqual([]);
    expect(found([secret], 'gho_Canary0123')).toEqual([]);
  });

  it('not in any row of any table, sealed bytes included', async () => {
    const dump = await dumpOf(world);
    expect(dump).toContain('grants');
    expect(dump).toContain(sha256(server.key).toString('hex'));
    expect(found([...world.seed.secrets, ...links, purpose], dump)).toEqual([]);
  });

  it('not in any log line at any level, and neither is what names a person', () => {
    const log = world.log.join('');
    expect(log).toContain('"route":"/token/exchange"');
    expect(found([...world.seed.secrets, ...links, purpose], log)).toEqual([]);
    expect(subjects.filter((subject) => log.includes(subject))).toEqual([]);
  });

  it('R25 not in any answer but as the one token that was asked for; a refresh token never', () => {
    const answers = world.answers.map(withoutToken);
    expect(answers.length).toBeGreaterThan(15);
    expect(found([...world.seed.secrets, ...links], answers.join('\n'))).toEqual([]);
    expect(found(refreshTokens, world.answers.join('\n'))).toEqual([]);
    expect(world.answers.join('')).not.toMatch(/refresh_token|client_secret|sealed/i);
  });

  it('R31 not in what a program says when its database is full of surprises', async () => {
    const broken = await ExchangeWorld.start('exchange broken', { app: false });
    try {
      const theirs = await broken.seed.server();
      const connection = await broken.seed.connect({ server: theirs });
      const app = await ExchangeProcess.start(await broken.environment(), broken.log);
      const ask = async () => {
        const headers = { authorization: `Bearer ${theirs.key}`, 'content-type': 'application/json' };
        const body = JSON.stringify({ user_id: connection.subject, provider: 'github', purpose });
        return (await fetch(`${app.url}/token/exchange`, { method: 'POST', headers, body })).text();
      };
      const answers = [await ask()].map(withoutToken);
      for (const wreck of [
        'ALTER TABLE server_caps RENAME TO gone',
        `CREATE FUNCTION boom() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'row was %', to_jsonb(NEW); END $$;
         CREATE TRIGGER boom BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION boom(); ALTER TABLE gone RENAME TO server_caps`,
        'DROP TABLE shred_secrets CASCADE',
      ]) {
        await broken.sql(wreck);
        answers.push(await ask());
      }
      await app.stop();
      const said = broken.log.join('');
      expect(said).toContain('"level":"error"');
      expect(found([...broken.seed.secrets, purpose, connection.subject], said + answers.join(''))).toEqual([]);
      for (const answer of answers.slice(1)) {
        expect(JSON.parse(answer).error).toMatch(/^(server_error|temporarily_unavailable)$/);
        expect(answer).not.toMatch(/relation|SELECT|trigger|node_modules|127\.0\.0\.1|postgres/);
      }
    } finally {
      await broken.close();
    }
  });
});
