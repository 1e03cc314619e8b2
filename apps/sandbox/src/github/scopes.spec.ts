import { closure, normalise, splitScopes } from './scopes.js';

describe('GitHub scopes', () => {
  it('drops what another scope includes, doubles and unknown ones, and keeps the order', () => {
    expect(normalise(['user', 'gist', 'user:email'])).toEqual(['user', 'gist']);
    expect(normalise(['read:org', 'admin:org', 'repo', 'public_repo', 'repo', 'made_up'])).toEqual([
      'admin:org',
      'repo',
    ]);
    expect(normalise(['offline_access'])).toEqual([]);
  });

  it('knows included scopes through several steps', () => {
    expect([...closure(['admin:org'])]).toEqual(['admin:org', 'write:org', 'read:org']);
    expect(closure(['repo']).has('public_repo')).toBe(true);
    expect(closure(['public_repo']).has('repo')).toBe(false);
  });

  it('splits by spaces and by commas', () => {
    expect(splitScopes(' repo,gist  user ')).toEqual(['repo', 'gist', 'user']);
  });
});
