import { readSettings } from './settings.js';

const good = {
  SANDBOX_GITHUB_CLIENT_SECRET: 'github-secret-123456',
  SANDBOX_GITHUB_REDIRECT_URIS: 'http://localhost:4000/a, http://localhost:4000/b',
  SANDBOX_NOTION_CLIENT_SECRET: 'notion-secret-123456',
  SANDBOX_NOTION_REDIRECT_URIS: 'http://localhost:4000/n',
  SANDBOX_SIGNIN_CLIENT_SECRET: 'signin-secret-123456',
  SANDBOX_SIGNIN_REDIRECT_URIS: 'http://localhost:4000/s',
};

describe('settings of the sandbox', () => {
  it('have defaults for all but secrets and addresses', () => {
    const settings = readSettings(good);
    expect(settings).toMatchObject({ port: 4010, host: '127.0.0.1', signIn: { clientId: 'token-exchanger' } });
    expect(settings.github).toMatchObject([
      { kind: 'oauth', expiring: true, redirectUris: ['http://localhost:4000/a', 'http://localhost:4000/b'] },
    ]);
  });

  it('add a GitHub App when its secret and addresses are there', () => {
    const more = {
      SANDBOX_GITHUB_APP_CLIENT_SECRET: 'github-app-secret-1',
      SANDBOX_GITHUB_APP_REDIRECT_URIS: 'http://localhost:4000/g',
    };
    expect(readSettings({ ...good, ...more }).github.map((app) => app.kind)).toEqual(['oauth', 'github-app']);
  });

  it('when wrong, name the variable and the rule and never the value', () => {
    const wrong = {
      ...good,
      SANDBOX_PORT: '70000',
      SANDBOX_NOTION_CLIENT_SECRET: 'hunter2',
      SANDBOX_GITHUB_REDIRECT_URIS: 'javascript:leak',
      SANDBOX_GITHUB_EXPIRING: 'maybe',
    };
    let message = '';
    try {
      readSettings(wrong);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message.split('\n').slice(1)).toEqual([
      '  SANDBOX_PORT must be 0 to 65535',
      '  SANDBOX_GITHUB_REDIRECT_URIS must be absolute http or https URLs',
      '  SANDBOX_GITHUB_EXPIRING must be true or false',
      '  SANDBOX_NOTION_CLIENT_SECRET must have at least 16 characters',
    ]);
    for (const value of ['70000', 'hunter2', 'javascript', 'maybe']) expect(message).not.toContain(value);
  });

  it('an empty variable counts as missing', () => {
    expect(() => readSettings({ ...good, SANDBOX_SIGNIN_CLIENT_SECRET: '' })).toThrow(
      /SANDBOX_SIGNIN_CLIENT_SECRET is required/,
    );
  });
});
