import {
  authorizationScopes,
  describeScope,
  fixedScopes,
  impliedClosure,
  normaliseScopes,
  scopeLattice,
} from './scopes.js';
import { builtIn } from './fixtures/fake-provider.js';

const github = builtIn('github');
const notion = builtIn('notion');

describe('scopes of a definition', () => {
  it('follows implied scopes over several steps', () => {
    expect([...impliedClosure(github, ['admin:org'])].sort()).toEqual(['admin:org', 'read:org', 'write:org']);
    expect([...impliedClosure(github, ['unheard', 'toString'])]).toEqual(['unheard', 'toString']);
  });

  it('drops what another scope contains, as the provider does itself (R20)', () => {
    expect(normaliseScopes(github, ['user:email', 'gist', 'user', 'offline_access', 'gist'])).toEqual(['gist', 'user']);
  });

  it('writes the lattice out as a plain map', () => {
    const lattice = scopeLattice(github);
    expect([...(lattice.get('admin:org') ?? [])].sort()).toEqual(['read:org', 'write:org']);
    expect(lattice.get('gist')).toEqual(new Set());
    expect(lattice.has('offline_access')).toBe(false);
  });

  it('always sends a scope to GitHub, since none would mean everything ever granted', () => {
    expect(authorizationScopes(github, [])).toEqual(['offline_access']);
    expect(authorizationScopes(github, ['gist', 'gist'])).toEqual(['gist', 'offline_access']);
    expect(authorizationScopes(notion, ['read'])).toEqual([]);
  });

  it('takes declared capabilities for scopes, and all of them when none is declared', () => {
    expect(fixedScopes(github, {})).toBeUndefined();
    expect(fixedScopes(notion, { capabilities: 'read write' })).toEqual(['read', 'write']);
    expect(fixedScopes(notion, {})).toEqual(['read', 'write', 'comments', 'users']);
  });

  it('says each scope in words with its risk; an unknown one counts as high', () => {
    expect(describeScope(github, 'gist')).toEqual({ says: 'Create and change gists', risk: 'medium' });
    expect(describeScope(github, 'constructor')).toEqual({ says: 'constructor', risk: 'high' });
  });
});
