import { Fixture, integration } from '../testing/fixture.js';
import { authorizeNotion, connectNotion, notionApi, notionOauth } from '../testing/notion-moves.js';

let sandbox: Fixture;
beforeEach(async () => {
  sandbox = await Fixture.start();
});
afterEach(() => sandbox.close());

const redirect_uri = integration.redirectUri;

describe('Notion authorize pages', () => {
  it('send code and state back', async () => {
    const back = (await authorizeNotion(sandbox, { redirect_uri })) as URL;
    expect(back.href.startsWith(redirect_uri)).toBe(true);
    expect([...back.searchParams.keys()]).toEqual(['code', 'state']);
  });

  it.each(['workspace', 'pages'] as const)(
    'answer a cancel at the %s with access_denied and state',
    async (cancelAt) => {
      const back = (await authorizeNotion(sandbox, { redirect_uri }, { cancelAt })) as URL;
      expect(Object.fromEntries(back.searchParams)).toEqual({ error: 'access_denied', state: 'st' });
    },
  );

  it('insist on response_type=code and owner=user', async () => {
    const type = (await authorizeNotion(sandbox, { redirect_uri, response_type: 'token' })) as URL;
    const owner = (await authorizeNotion(sandbox, { redirect_uri, owner: 'workspace' })) as URL;
    expect([type.searchParams.get('error'), owner.searchParams.get('error')]).toEqual([
      'unsupported_response_type',
      'invalid_request',
    ]);
  });

  it('send nobody to an unknown client or address', async () => {
    expect(typeof (await authorizeNotion(sandbox, { client_id: 'nobody' }))).toBe('string');
    expect(typeof (await authorizeNotion(sandbox, { redirect_uri: `${redirect_uri}/x` }))).toBe('string');
  });

  it('share the picked pages only once the code is spent', async () => {
    const first = await connectNotion(sandbox, { pages: [] });
    const seen = async (): Promise<number> =>
      ((await (await notionApi(sandbox, '/search', first.access_token, {})).json()) as any).results.length;
    expect(await seen()).toBe(0);
    const back = (await authorizeNotion(sandbox, { redirect_uri })) as URL;
    expect(await seen()).toBe(0);
    await notionOauth(sandbox, 'token', {
      grant_type: 'authorization_code',
      code: back.searchParams.get('code'),
      redirect_uri,
    });
    expect(await seen()).toBe(3);
  });
});
