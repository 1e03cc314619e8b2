import { Fixture, integration } from '../testing/fixture.js';
import { connectNotion, notionApi } from '../testing/notion-moves.js';

let sandbox: Fixture;
let token: string;
beforeAll(async () => {
  sandbox = await Fixture.start();
  token = (await connectNotion(sandbox, { pages: ['9a6ec0de-0000-4000-8000-000000000101'] })).access_token;
});
afterAll(() => sandbox.close());

describe('Notion API', () => {
  it('GET /v1/users/me is the bot with its owner and workspace', async () => {
    const me = await (await notionApi(sandbox, '/users/me', token)).json();
    expect(me).toMatchObject({
      object: 'user',
      type: 'bot',
      bot: { owner: { type: 'user', user: { name: 'Ada Lindqvist' } }, workspace_name: 'Lindqvist Studio' },
    });
  });

  it('POST /v1/search finds the picked pages by title, and no others', async () => {
    const search = async (body: unknown): Promise<any> => (await notionApi(sandbox, '/search', token, body)).json();
    const all = await search({});
    expect(all).toMatchObject({ object: 'list', has_more: false, next_cursor: null });
    expect(all.results.map((page: any) => page.properties.title.title[0].plain_text)).toEqual(['Reading list']);
    expect((await search({ query: 'reading' })).results).toHaveLength(1);
    expect((await search({ query: 'diary' })).results).toHaveLength(0);
  });

  it('GET /v1/pages/:id shows a picked page, with or without dashes, and hides the others', async () => {
    const page = await notionApi(sandbox, '/pages/9a6ec0de-0000-4000-8000-000000000101', token);
    expect(await page.json()).toMatchObject({ object: 'page', parent: { type: 'workspace' } });
    expect((await notionApi(sandbox, '/pages/9a6ec0de000040008000000000000101', token)).status).toBe(200);
    const hidden = await notionApi(sandbox, '/pages/9a6ec0de-0000-4000-8000-000000000103', token);
    expect([hidden.status, await hidden.json()]).toEqual([
      404,
      expect.objectContaining({ object: 'error', code: 'object_not_found' }),
    ]);
  });

  it('refuses a wrong token and a missing version', async () => {
    const wrong = await notionApi(sandbox, '/users/me', 'ntn_wrong');
    expect([wrong.status, await wrong.json()]).toEqual([
      401,
      expect.objectContaining({ object: 'error', status: 401, code: 'unauthorized' }),
    ]);
    const versionless = await fetch(`${sandbox.url}/notion/v1/users/me`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([versionless.status, await versionless.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'missing_version' }),
    ]);
  });

  it('refuses content to an integration without the capability', async () => {
    const without = {
      clientId: 'no-content',
      clientSecret: integration.secret,
      redirectUris: [integration.redirectUri],
      capabilities: [],
    };
    const blind = await Fixture.start();
    await blind.control('/notion/integrations', { ...without, clientId: integration.id }, 'PUT');
    const { access_token } = await connectNotion(blind);
    const response = await notionApi(blind, '/search', access_token, {});
    expect([response.status, ((await response.json()) as any).code]).toEqual([403, 'restricted_resource']);
    await blind.close();
  });
});
