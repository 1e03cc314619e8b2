import { decideConnect } from './decide-connect.js';
import { inSeconds, now, provider } from './facts.fixture.js';

const base = {
  now,
  provider: provider(),
  operatorCap: ['repo', 'user'],
  serverCap: { scopes: ['repo', 'admin:org', 'read:user'], version: 1 },
};

describe('decideConnect', () => {
  it('asks for the server cap within the operator cap by default', () => {
    expect(decideConnect(base)).toEqual({ kind: 'ask', scopes: ['read:user', 'repo'] });
  });

  it('asks for what the request names', () => {
    expect(decideConnect({ ...base, scopes: ['public_repo'] })).toEqual({ kind: 'ask', scopes: ['public_repo'] });
  });

  it.each([
    ['operator_cap', ['admin:org']],
    ['server_cap', ['user:email']],
  ])('denies what is beyond the %s', (deniedBy, scopes) => {
    expect(decideConnect({ ...base, scopes })).toEqual({ kind: 'denied', deniedBy, missing: scopes });
  });

  it('does not offer a provider that nobody registered, nor to a server without a cap', () => {
    expect(decideConnect({ ...base, operatorCap: undefined }).kind).toBe('invalid_target');
    expect(decideConnect({ ...base, serverCap: undefined })).toMatchObject({ deniedBy: 'server_cap' });
  });

  it('names on the consent page what every token of the provider can do, even when less was asked', () => {
    const fixed = { ...base, provider: provider({ fixedScopes: ['repo', 'read:user'] }), scopes: ['read:user'] };
    expect(decideConnect(fixed)).toEqual({ kind: 'ask', scopes: ['read:user', 'repo'] });
  });

  it('respects an explicit no until it lapses', () => {
    expect(decideConnect({ ...base, refusedUntil: inSeconds(1) })).toMatchObject({ deniedBy: 'user_denied' });
    expect(decideConnect({ ...base, refusedUntil: inSeconds(0) }).kind).toBe('ask');
  });
});
