import { githubAppSpec } from './apps.js';
import { allowedRedirect } from './redirect-match.js';

const app = (uri: string, wildcard: boolean) =>
  githubAppSpec.parse({ clientId: 'a', clientSecret: 'x'.repeat(16), redirectUris: [uri], wildcard });

describe('GitHub redirect matching', () => {
  const wild = app('https://example.com/path', true);
  it.each([
    ['https://example.com/path', true],
    ['https://example.com/path/subdir/other', true],
    ['https://oauth.example.com/path', true],
    ['https://oauth.example.com/path/subdir/other', true],
    ['https://example.com/bar', false],
    ['https://example.com/', false],
    ['https://example.com/pathology', false],
    ['https://example.com/path/../bar', false],
    ['https://example.com:8080/path', false],
    ['https://oauth.example.com:8080/path', false],
    ['https://example.org/path', false],
    ['https://evilexample.com/path', false],
    ['http://example.com/path', false],
    ['https://user@example.com/path', false],
    ['no url', false],
  ])('wildcard on: %s is allowed: %s', (uri, allowed) => {
    expect(allowedRedirect(wild, uri)).toBe(allowed ? uri : undefined);
  });

  it('wildcard off: only the very address', () => {
    const exact = app('https://example.com/path', false);
    expect(allowedRedirect(exact, 'https://example.com/path')).toBe('https://example.com/path');
    for (const other of ['https://example.com/path/', 'https://example.com/path?x=1', 'https://a.example.com/path']) {
      expect(allowedRedirect(exact, other)).toBeUndefined();
    }
  });

  it('loopback: any port, the same path', () => {
    const local = app('http://127.0.0.1/path', false);
    expect(allowedRedirect(local, 'http://127.0.0.1:51234/path')).toBe('http://127.0.0.1:51234/path');
    expect(allowedRedirect(local, 'http://127.0.0.1:51234/other')).toBeUndefined();
    expect(allowedRedirect(local, 'http://127.0.0.2:51234/path')).toBeUndefined();
  });

  it('falls back to the first registered address when none is named', () => {
    expect(allowedRedirect(wild, undefined)).toBe('https://example.com/path');
  });
});
