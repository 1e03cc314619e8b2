import { builtIn } from '../fixtures/fake-provider.js';
import { parseDefinition } from '../definition/parse-definition.js';
import { github } from '../builtin/github.js';
import { valueAt } from './reply.js';
import { readTokenSet } from './token-set.js';

const sentAt = new Date('2026-01-15T12:00:00Z');
const definition = builtIn('github');
const read = (fields: Record<string, unknown>, scopesIfUnsaid: string[] = [], of = definition) =>
  readTokenSet({ access_token: 'a', ...fields }, { definition: of, sentAt, scopesIfUnsaid });

describe('readTokenSet', () => {
  it.each([
    ['repo,gist', ['repo', 'gist']],
    ['repo gist', ['repo', 'gist']],
    ['repo, gist,,repo', ['repo', 'gist']],
    [
      ['repo', 'gist'],
      ['repo', 'gist'],
    ],
    ['repo,offline_access', ['repo']],
    ['', []],
    ['repo,public_repo', ['repo', 'public_repo']],
  ])('reads the granted scopes %j as the provider wrote them', (scope, expected) => {
    expect(read({ scope }, ['asked'])).toMatchObject({ scopes: expected, scopesInferred: false });
  });

  it('takes those asked for when the provider does not say, and says so (R13)', () => {
    expect(read({}, ['repo', 'offline_access'])).toMatchObject({ scopes: ['repo'], scopesInferred: true });
    expect(read({ scope: null }, ['repo'])).toMatchObject({ scopes: ['repo'], scopesInferred: true });
  });

  it('keeps a scope with odd characters in a form that no cap allows, rather than dropping it', () => {
    expect(read({ scope: 'repo,ad\u0000min' })?.scopes).toEqual(['repo', 'ad?min']);
  });

  it('reads alternates, milliseconds, absolute expiry and scopes that are always there', () => {
    const other = parseDefinition({
      ...github,
      response: {
        accessToken: ['authed_user.access_token', 'access_token'],
        expiresIn: ['ttl'],
        expiresInUnit: 'ms',
        expiresAt: ['expires_at'],
      },
      scopes: { kind: 'oauth', alwaysAdded: ['read'], catalogue: { read: { says: 'Read', risk: 'low' } } },
    });
    const set = read({ authed_user: { access_token: 'user' }, ttl: 5000, scope: 'x' }, [], other);
    expect(set?.accessToken.reveal()).toBe('user');
    expect(set?.accessExpiresAt).toEqual(new Date(sentAt.getTime() + 5000));
    expect(set?.scopes).toEqual(['x', 'read']);
    const absolute = read({ expires_at: sentAt.getTime() / 1000 + 60 }, [], other);
    expect(absolute?.accessExpiresAt).toEqual(new Date(sentAt.getTime() + 60_000));
  });

  it('finds nothing in a prototype', () => {
    expect(valueAt({ own: {} }, 'constructor')).toBeUndefined();
    expect(valueAt({ own: {} }, 'own.__proto__')).toBeUndefined();
  });

  it('prints no token', () => {
    const set = read({ refresh_token: 'canary' });
    expect(JSON.stringify(set)).not.toContain('canary');
  });
});
