import { Secret } from '#libs/kernel';
import { abilities } from './abilities.js';
import { parseDefinition } from './definition/parse-definition.js';
import type { DefinitionInput } from './definition/schema.js';
import { FakeProvider, reply } from './fixtures/fake-provider.js';

/** Ways in which other providers differ from the two built in; each must be a matter of data. */
const base: DefinitionInput = {
  slug: 'other',
  name: 'Other',
  params: { api: { kind: 'baseUrl', says: 'API', pattern: 'http://localhost:[0-9]+' } },
  origins: { endpoints: ['{api}'], token: ['{api}'] },
  authorize: { url: '{api}/authorize', pkce: 'required', params: { access_type: 'offline' } },
  token: { url: '{api}/token', auth: 'none', encoding: 'form' },
  scopes: { kind: 'oauth', catalogue: { read: { says: 'Read', risk: 'low' } } },
  lifetime: { codeSeconds: 60 },
  refresh: { rotation: 'keepIfAbsent', accessTokenDiesOnRefresh: false },
  identity: { endpoint: { url: '{api}/me' }, paths: { key: [['id']], label: ['name'] } },
  authorization: 'per_server',
};

describe('other shapes of providers', () => {
  let provider: FakeProvider;
  beforeEach(async () => {
    provider = await FakeProvider.start();
  });
  afterEach(() => provider.close());

  const use = (more: Partial<DefinitionInput>) => {
    const definition = parseDefinition({ ...base, ...more });
    const registration = provider.registration('other');
    const refresh = async (options = {}) =>
      (await provider.client().openRefresh(definition, registration)).send(new Secret('rt'), options);
    const revoke = (tokens: object) => provider.client().revoke(definition, registration, tokens);
    const sent = () => provider.received.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
    return { definition, registration, refresh, revoke, sent };
  };

  it('a public client: its id in the body and no secret', async () => {
    provider.answers({ access_token: 'a' });
    const { refresh, sent } = use({});
    await refresh();
    expect(sent()).toEqual([{ grant_type: 'refresh_token', refresh_token: 'rt', client_id: 'app-1' }]);
    expect(provider.received[0]?.headers).not.toHaveProperty('authorization');
  });

  it('a refresh endpoint of its own, which wants the redirect URI and can narrow', async () => {
    provider.answers({ access_token: 'a' }, { access_token: 'a' });
    const endpoint = { url: '{api}/refresh', auth: 'basic', encoding: 'form', params: { extra: '1' } } as const;
    const how = {
      rotation: 'none',
      accessTokenDiesOnRefresh: false,
      sendRedirectUri: true,
      sendScope: 'optional',
    } as const;
    const { definition, refresh, sent } = use({ refresh: { ...how, endpoint } });
    const narrowed = await refresh({ scopes: ['read'], knownScopes: ['read', 'write'] });
    const whole = await refresh({ knownScopes: ['read', 'write'] });
    expect(provider.received[0]?.path).toBe('/refresh');
    expect(sent()[0]).toMatchObject({ extra: '1', scope: 'read', redirect_uri: expect.stringMatching(/^http/) });
    expect(sent()[1]).not.toHaveProperty('scope');
    expect([narrowed.scopes, whole.scopes]).toEqual([['read'], ['read', 'write']]);
    expect(abilities(definition)).toEqual({ refresh: true, narrow: true, revoke: 'none' });
  });

  it('no refresh at all', async () => {
    const { definition, refresh } = use({ refresh: undefined });
    await expect(refresh()).rejects.toMatchObject({
      class: 'operator',
      outcome: 'not_sent',
      code: 'refresh_unsupported',
    });
    expect(abilities(definition).refresh).toBe(false);
  });

  it('success and failure told apart by a field, with status 200 for both', async () => {
    const { refresh } = use({
      errors: { okPath: 'ok', at200: true, reconnect: ['token_revoked'], operator: ['bad_client_secret'] },
      response: { accessToken: ['authed_user.access_token'] },
    });
    provider.answers({ ok: false, error: 'token_revoked' }, { ok: false, error: 'fatal_error' });
    provider.answers({ ok: true, authed_user: { access_token: 'xoxp' } });
    await expect(refresh()).rejects.toMatchObject({ class: 'reconnect', outcome: 'rejected' });
    await expect(refresh()).rejects.toMatchObject({ class: 'transient', outcome: 'unknown' });
    expect((await refresh()).accessToken.reveal()).toBe('xoxp');
  });

  it('one code with another meaning than the standard gives it', async () => {
    const { refresh } = use({ errors: { operator: ['access_denied', 'invalid_grant'] } });
    provider.answers(reply(403, { error: 'invalid_grant' }));
    await expect(refresh()).rejects.toMatchObject({ class: 'operator', outcome: 'rejected' });
  });

  it('revocation by the token itself as bearer, without a body', async () => {
    const revocation = {
      url: '{api}/revoke',
      auth: 'bearer',
      encoding: 'none',
      token: 'access',
      effect: 'grant',
    } as const;
    const { revoke } = use({ revocation });
    provider.answers(reply(200, ''), reply(401, { error: 'invalid_access_token' }));
    expect(await revoke({ accessToken: new Secret('at') })).toEqual({ outcome: 'revoked' });
    expect(provider.received[0]).toMatchObject({ method: 'POST', path: '/revoke', body: '' });
    expect(provider.received[0]?.headers.authorization).toBe('Bearer at');
    // Dead already, which is what was wanted.
    expect(await revoke({ accessToken: new Secret('at') })).toEqual({ outcome: 'revoked' });
  });

  it('revocation of both tokens, the refresh token first, and of whichever there is', async () => {
    const call = { url: '{api}/revoke', auth: 'body', encoding: 'form', effect: 'token' } as const;
    const both = use({ revocation: { ...call, token: 'both' } });
    const tokens = { accessToken: new Secret('at'), refreshToken: new Secret('rt') };
    provider.answers({}, reply(503, ''), {}, {});
    expect(await both.revoke(tokens)).toMatchObject({ outcome: 'failed', class: 'transient' });
    expect(both.sent().map(({ token }) => token)).toEqual(['rt', 'at']);
    expect(await both.revoke({ accessToken: tokens.accessToken })).toEqual({ outcome: 'revoked' });
    const either = use({ revocation: { ...call, token: 'either' } });
    expect(await either.revoke(tokens)).toEqual({ outcome: 'revoked' });
    expect(either.sent().at(-1)).toMatchObject({ token: 'rt', client_id: 'app-1' });
  });

  it('an identity that is asked for by POST and lies deeper', async () => {
    const endpoint = {
      url: '{api}/me',
      method: 'POST',
      encoding: 'json',
      params: { query: '{ viewer { id } }' },
    } as const;
    const paths = { key: [['data.team', 'data.viewer.id']], label: ['data.viewer.name'] };
    const { definition, registration } = use({ identity: { endpoint, paths } });
    provider.answers({ data: { team: 't', viewer: { id: 7, name: 'Ada' } } });
    const found = { accessToken: new Secret('at'), metadata: {} };
    const account = await provider.client().identify(definition, registration, found);
    expect(account).toEqual({ key: 't:7', label: 'Ada' });
    expect(provider.received[0]?.body).toBe('{"query":"{ viewer { id } }"}');
  });

  it('an origin that may see the app but never a token of a person (R66)', async () => {
    const { definition, registration } = use({ origins: { endpoints: ['{api}'], token: ['https://api.example'] } });
    const found = { accessToken: new Secret('at'), metadata: {} };
    const refused = { class: 'operator', outcome: 'not_sent', code: 'endpoint_origin' };
    await expect(provider.client().identify(definition, registration, found)).rejects.toMatchObject(refused);
    expect(provider.received).toEqual([]);
  });
});
