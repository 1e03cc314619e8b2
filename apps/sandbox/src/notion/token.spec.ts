import { Fixture, integration, sha256 } from '../testing/fixture.js';
import { authorizeNotion, connectNotion, notionApi, notionOauth, refreshNotion } from '../testing/notion-moves.js';

let sandbox: Fixture;
beforeEach(async () => {
  sandbox = await Fixture.start();
});
afterEach(() => sandbox.close());

const redirect_uri = integration.redirectUri;
const grant_type = 'authorization_code';

async function code(params: Record<string, string> = { redirect_uri }): Promise<string> {
  return ((await authorizeNotion(sandbox, params)) as URL).searchParams.get('code')!;
}

async function spend(body: Record<string, unknown>): Promise<{ status: number; body: any }> {
  const response = await notionOauth(sandbox, 'token', { grant_type, ...body });
  return { status: response.status, body: await response.json() };
}

const status = async (token: string): Promise<number> => (await notionApi(sandbox, '/users/me', token)).status;

describe('Notion token endpoint', () => {
  it('answers with tokens, bot, workspace and owner, and neither lifetime nor scope', async () => {
    const answer = await connectNotion(sandbox);
    expect(answer).toMatchObject({
      access_token: expect.stringMatching(/^ntn_/),
      refresh_token: expect.stringMatching(/^nrt_/),
      token_type: 'bearer',
      workspace_name: 'Lindqvist Studio',
      owner: { type: 'user', user: { object: 'user', type: 'person', person: { email: 'ada@lindqvist.example' } } },
      duplicated_template_id: null,
    });
    expect(answer.bot_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer).not.toHaveProperty('expires_in');
    expect(answer).not.toHaveProperty('scope');
  });

  it('takes HTTP Basic only: credentials in the body are invalid_client', async () => {
    const body = { grant_type, code: await code(), redirect_uri };
    const credentials = { client_id: integration.id, client_secret: integration.secret };
    const without = await notionOauth(sandbox, 'token', { ...body, ...credentials }, { authorization: undefined });
    const beside = await notionOauth(sandbox, 'token', { ...body, ...credentials });
    expect([without.status, beside.status]).toEqual([401, 401]);
    expect(await without.json()).toMatchObject({ error: 'invalid_client', request_id: expect.any(String) });
    expect((await notionOauth(sandbox, 'token', body)).status).toBe(200);
  });

  it('takes JSON only', async () => {
    const form = new URLSearchParams({ grant_type, code: await code(), redirect_uri });
    const response = await notionOauth(sandbox, 'token', form, { 'content-type': 'application/x-www-form-urlencoded' });
    expect([response.status, ((await response.json()) as any).error]).toEqual([400, 'invalid_request']);
    expect((await notionOauth(sandbox, 'token', '{')).status).toBe(400);
  });

  it('needs the header Notion-Version, unless the switch says otherwise', async () => {
    const body = { grant_type, code: await code(), redirect_uri };
    const without = await notionOauth(sandbox, 'token', body, { 'notion-version': undefined });
    expect([without.status, ((await without.json()) as any).code]).toEqual([400, 'missing_version']);
    await sandbox.control('/notion/switches', { oauth_needs_version: false }, 'PATCH');
    expect((await notionOauth(sandbox, 'token', body, { 'notion-version': undefined })).status).toBe(200);
  });

  it('has both error shapes, by switch', async () => {
    expect((await spend({ code: 'wrong' })).body).toEqual({
      error: 'invalid_grant',
      error_description: expect.any(String),
      request_id: expect.any(String),
    });
    await sandbox.control('/notion/switches', { error_shape: 'object' }, 'PATCH');
    expect(await spend({ code: 'wrong' })).toMatchObject({
      status: 400,
      body: { object: 'error', status: 400, code: 'invalid_grant', message: expect.any(String) },
    });
  });

  it('wants the redirect_uri exactly when the authorization named it', async () => {
    expect((await spend({ code: await code() })).body.error).toBe('invalid_request');
    expect((await spend({ code: await code(), redirect_uri: `${redirect_uri}/x` })).body.error).toBe('invalid_grant');
    expect((await spend({ code: await code({}), redirect_uri })).body.error).toBe('invalid_request');
    expect((await spend({ code: await code({}) })).status).toBe(200);
  });

  it('wants the redirect_uri when several are registered', async () => {
    const more = {
      clientId: integration.id,
      clientSecret: integration.secret,
      redirectUris: [redirect_uri, `${redirect_uri}/2`],
    };
    await sandbox.control('/notion/integrations', more, 'PUT');
    expect(typeof (await authorizeNotion(sandbox))).toBe('string');
    expect((await spend({ code: await code() })).body.error).toBe('invalid_request');
    expect((await spend({ code: await code(), redirect_uri })).status).toBe(200);
  });

  it('spends a code once and within ten minutes', async () => {
    const once = await code();
    expect((await spend({ code: once, redirect_uri })).status).toBe(200);
    expect((await spend({ code: once, redirect_uri })).body.error).toBe('invalid_grant');
    const late = await code();
    await sandbox.control('/clock', { advance_seconds: 600 });
    expect((await spend({ code: late, redirect_uri })).body.error).toBe('invalid_grant');
  });

  it('names an unknown or missing grant_type', async () => {
    expect((await spend({ grant_type: 'password' })).body.error).toBe('unsupported_grant_type');
    expect((await spend({ grant_type: undefined })).body.error).toBe('invalid_request');
  });
});

describe('Notion refresh', () => {
  it('rotates: new access and refresh token, same bot; the old refresh token is dead, the old access token lives on', async () => {
    const first = await connectNotion(sandbox);
    const second = await refreshNotion(sandbox, first.refresh_token);
    expect(second).toMatchObject({ bot_id: first.bot_id, workspace_id: first.workspace_id });
    expect(second.access_token).not.toBe(first.access_token);
    expect(await refreshNotion(sandbox, first.refresh_token)).toMatchObject({ error: 'invalid_grant' });
    expect([await status(first.access_token), await status(second.access_token)]).toEqual([200, 200]);
  });

  it('kills the old access token when the switch says so', async () => {
    await sandbox.control('/notion/switches', { refresh_kills_access: true }, 'PATCH');
    const first = await connectNotion(sandbox);
    await refreshNotion(sandbox, first.refresh_token);
    expect(await status(first.access_token)).toBe(401);
  });

  it('a new authorization by the same person in the same workspace kills the older refresh token, and no other', async () => {
    const first = await connectNotion(sandbox, { seat: 'ada@harbour' });
    const otherWorkspace = await connectNotion(sandbox, { seat: 'ada@studio' });
    const otherPerson = await connectNotion(sandbox, { seat: 'grace@harbour' });
    const again = await connectNotion(sandbox, { seat: 'ada@harbour' });
    expect(again.bot_id).toBe(first.bot_id);
    expect(await refreshNotion(sandbox, first.refresh_token)).toMatchObject({ error: 'invalid_grant' });
    for (const alive of [otherWorkspace, otherPerson, again]) {
      expect(await refreshNotion(sandbox, alive.refresh_token)).toHaveProperty('access_token');
    }
    const [refused] = await sandbox.witness({ event: 'refresh_token_spent', outcome: 'refused' });
    expect(refused).toMatchObject({
      reason: 'superseded',
      account: 'ada@harbour',
      fingerprint: sha256(first.refresh_token),
    });
  });

  it('lets access tokens die without a word when the switch says so', async () => {
    await sandbox.control('/notion/switches', { access_token_seconds: 60 }, 'PATCH');
    const answer = await connectNotion(sandbox);
    expect(answer).not.toHaveProperty('expires_in');
    await sandbox.control('/clock', { advance_seconds: 60 });
    expect(await status(answer.access_token)).toBe(401);
    expect(await refreshNotion(sandbox, answer.refresh_token)).toHaveProperty('access_token');
  });

  it('gives no refresh token when the switch says so', async () => {
    await sandbox.control('/notion/switches', { refresh_token_null: true }, 'PATCH');
    expect((await connectNotion(sandbox)).refresh_token).toBeNull();
  });
});

describe('Notion revoke and introspect', () => {
  it('revoke ends the access token and its refresh token', async () => {
    const answer = await connectNotion(sandbox);
    const response = await notionOauth(sandbox, 'revoke', { token: answer.access_token });
    expect([response.status, await response.json()]).toEqual([200, { request_id: expect.any(String) }]);
    expect(await status(answer.access_token)).toBe(401);
    expect(await refreshNotion(sandbox, answer.refresh_token)).toMatchObject({ error: 'invalid_grant' });
    expect((await notionOauth(sandbox, 'revoke', { token: 'ntn_wrong' })).status).toBe(400);
    expect((await notionOauth(sandbox, 'revoke', {})).status).toBe(400);
    const log = await sandbox.witness({ event: 'token_revoked' });
    expect(log.map((entry) => entry.outcome)).toEqual(['accepted', 'refused']);
  });

  it('introspect tells a living token from a dead one, and never when it ends', async () => {
    const answer = await connectNotion(sandbox);
    const ask = async (): Promise<any> =>
      (await notionOauth(sandbox, 'introspect', { token: answer.access_token })).json();
    expect(await ask()).toEqual({
      active: true,
      scope: expect.any(String),
      iat: expect.any(Number),
      request_id: expect.any(String),
    });
    await sandbox.control('/notion/expire', {});
    expect(await ask()).toEqual({ active: false, request_id: expect.any(String) });
  });
});
