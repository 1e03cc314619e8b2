import { Secret } from '#libs/kernel';
import { parseDefinition } from './definition/parse-definition.js';
import { paramProblems } from './definition/params.js';
import { github } from './builtin/github.js';
import { builtIn } from './fixtures/fake-provider.js';
import { renderUrl } from './render-url.js';

const registration = (params: Record<string, string>, clientId = 'app-1') => ({
  id: '01990000-0000-7000-8000-000000000001',
  provider: 'github',
  clientId,
  clientSecret: new Secret('s'),
  params,
  redirectUri: 'http://localhost:4000/cb',
});

describe('renderUrl', () => {
  it('uses the defaults of the definition, and encodes the client id', () => {
    const render = (url: string) => renderUrl(builtIn('github'), registration({}, 'a/b?c'), url, 'endpoints').href;
    expect(render('{web}/login/oauth/authorize')).toBe('https://github.com/login/oauth/authorize');
    expect(render('{api}/applications/{client_id}/token')).toBe('https://api.github.com/applications/a%2Fb%3Fc/token');
  });

  it.each([
    ['https://user:word@github.com'],
    ['https://github.com@evil.example'],
    ['https://github.com/'],
    ['https://github.com/x/../y'],
    ['https://github.com?x='],
    ['https://github.com#'],
    ['https://GitHub.com'],
    ['https://github.com\\@evil.example'],
    ['javascript:alert(1)'],
    ['file:///etc/passwd'],
    ['https://github.com\n'],
    [''],
  ])('refuses the base URL %j (R33)', (web) => {
    const render = () => renderUrl(builtIn('github'), registration({ web }), '{web}/login', 'endpoints');
    expect(render).toThrow(
      expect.objectContaining({ class: 'operator', outcome: 'not_sent', code: 'registration_params' }),
    );
    expect(paramProblems(builtIn('github'), { web })).toEqual([expect.stringMatching(/^web: must/)]);
  });

  it.each(['.', '..', ''])('refuses the client id %j, which would climb out of a path', (clientId) => {
    const render = () => renderUrl(builtIn('github'), registration({}, clientId), '{web}/login', 'endpoints');
    expect(render).toThrow(expect.objectContaining({ code: 'registration_client_id' }));
  });

  it('sends a token only where tokens of the provider belong (R66)', () => {
    const at = registration({});
    expect(renderUrl(builtIn('github'), at, '{api}/user', 'token').host).toBe('api.github.com');
    expect(() => renderUrl(builtIn('github'), at, '{web}/user', 'token')).toThrow(
      expect.objectContaining({ code: 'endpoint_origin' }),
    );
  });

  const shop = parseDefinition({
    ...github,
    params: { shop: { kind: 'text', says: 'Name of the shop', pattern: '[a-z0-9][a-z0-9-]*' } },
    origins: { endpoints: ['https://{shop}.shops.example'], token: ['https://{shop}.shops.example'] },
    authorize: { url: 'https://{shop}.shops.example/authorize', pkce: 'S256' },
    token: { url: 'https://{shop}.shops.example/token', auth: 'body', encoding: 'form' },
    revocation: undefined,
    identity: { endpoint: { url: 'https://{shop}.shops.example/me' }, paths: { key: [['id']], label: ['name'] } },
  });

  it('fills a word into a host, whole pattern or nothing', () => {
    const render = (name: string) => renderUrl(shop, registration({ shop: name }), shop.token.url, 'endpoints').href;
    expect(render('acme')).toBe('https://acme.shops.example/token');
    for (const name of [
      'acme.evil',
      'evil.example/',
      'evil.example#',
      'a@b',
      'acme\n',
      '..',
      'a%2f',
      'ACME',
      'x'.repeat(256),
    ]) {
      expect(() => render(name)).toThrow(expect.objectContaining({ code: 'registration_params' }));
    }
  });

  it('names what is missing or unknown to whoever installs a registration', () => {
    expect(paramProblems(shop, {})).toEqual(['shop: is required']);
    expect(paramProblems(shop, { shop: 'a', host: 'b' })).toEqual(['host: is no parameter of github']);
    expect(paramProblems(builtIn('notion'), { capabilities: 'read fly' })).toEqual([
      'capabilities: "fly" is not one of read, write, comments, users',
    ]);
  });
});
