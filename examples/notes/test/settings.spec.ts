import { readSettings } from '../src/settings.js';

describe('settings', () => {
  it('need only a key', () => {
    expect(readSettings({ TOKEN_EXCHANGER_KEY: 'te_sk_x' })).toMatchObject({
      port: 4020,
      publicUrl: 'http://localhost:4020',
      tokenExchangerUrl: 'http://localhost:4001',
    });
  });

  it.each([
    ['TOKEN_EXCHANGER_KEY', {}],
    ['NOTES_PORT', { TOKEN_EXCHANGER_KEY: 'te_sk_x', NOTES_PORT: 'no-port' }],
    ['NOTES_PUBLIC_URL', { TOKEN_EXCHANGER_KEY: 'te_sk_x', NOTES_PUBLIC_URL: 'no-url' }],
  ])('name %s when it is wrong, and not its value', (name, env) => {
    expect(() => readSettings(env)).toThrow(new RegExp(`^${name} must`));
    expect(() => readSettings(env)).not.toThrow(/no-port|no-url/);
  });
});
