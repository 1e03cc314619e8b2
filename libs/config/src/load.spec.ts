import { inspect } from 'node:util';
import { Secret } from '#libs/kernel';
import { ConfigurationError } from './configuration-error.js';
import { loadCliConfig, loadConnectionsConfig, loadExchangeConfig, loadWorkerConfig } from './load.js';

const canary = 'c4nary-password-c4nary';
const session = 's'.repeat(32);
const good = {
  TE_DATABASE_URL: `postgres://te:${canary}@db.internal:5432/te`,
  TE_KEY_SERVICE: 'local',
  TE_LOCAL_KEY_FILE: '.data/keys',
  TE_OIDC_ISSUER: 'http://localhost:4010/signin',
  TE_OIDC_CLIENT_ID: 'console',
  TE_OIDC_CLIENT_SECRET: canary,
  TE_SESSION_SECRET: `${canary}${session},${session}`,
};

function problemsOf(load: () => unknown): string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ variable }) => variable);
    throw error;
  }
  return [];
}

describe('configuration', () => {
  it('starts from what must be chosen, with the documented defaults for the rest', () => {
    expect(loadExchangeConfig(good)).toMatchObject({
      port: 4001,
      bindAddress: '127.0.0.1',
      exchangeUrl: 'http://localhost:4001',
      queue: { backend: 'postgres' },
      trustedProxies: [],
    });
    expect(loadConnectionsConfig(good).sessionSecrets).toHaveLength(2);
    expect(loadWorkerConfig(good).port).toBe(4002);
    expect(loadCliConfig(good).keys.service).toBe('local');
  });

  it('refuses to start without an explicit choice of key service', () => {
    expect(problemsOf(() => loadExchangeConfig({ ...good, TE_KEY_SERVICE: undefined }))).toEqual(['TE_KEY_SERVICE']);
    expect(problemsOf(() => loadExchangeConfig({ ...good, TE_KEY_SERVICE: 'none' }))).toEqual(['TE_KEY_SERVICE']);
  });

  it('names all problems at once', () => {
    const env = {
      ...good,
      TE_DATABASE_URL: 'mysql://x',
      TE_OIDC_ISSUER: '',
      TE_SESSION_SECRET: 'short',
      TE_LOG_LEVEL: 'x',
    };
    expect(problemsOf(() => loadConnectionsConfig(env)).sort()).toEqual([
      'TE_DATABASE_URL',
      'TE_LOG_LEVEL',
      'TE_OIDC_ISSUER',
      'TE_SESSION_SECRET',
    ]);
  });

  it('never shows a value, neither when it refuses one nor when the settings are printed (P5)', () => {
    const broken = Object.fromEntries(Object.keys(good).map((name) => [name, `\n${canary}`]));
    const seen: string[] = [];
    try {
      loadConnectionsConfig(broken);
    } catch (error) {
      seen.push(String(error), inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error));
    }
    expect(seen).toHaveLength(3);
    const config = loadConnectionsConfig(good);
    seen.push(JSON.stringify(config), inspect(config, { depth: 9 }));
    for (const text of seen) expect(text).not.toContain('c4nary');
    expect(config.database.url.reveal()).toContain(canary);
  });

  it('cannot be changed after it was read', () => {
    const config = loadExchangeConfig(good);
    expect(Object.isFrozen(config) && Object.isFrozen(config.database) && Object.isFrozen(config.trustedProxies)).toBe(
      true,
    );
    expect(config.database.url).toBeInstanceOf(Secret);
  });

  it('wants a queue URL that fits the backend', () => {
    const redis = { ...good, TE_QUEUE_BACKEND: 'redis' };
    expect(problemsOf(() => loadWorkerConfig(redis))).toEqual(['TE_QUEUE_URL']);
    expect(problemsOf(() => loadWorkerConfig({ ...redis, TE_QUEUE_URL: 'postgres://db/te' }))).toEqual([
      'TE_QUEUE_URL',
    ]);
    expect(loadWorkerConfig({ ...redis, TE_QUEUE_URL: 'rediss://queue:6379' }).queue.backend).toBe('redis');
    expect(problemsOf(() => loadWorkerConfig({ ...good, TE_QUEUE_URL: 'redis://queue' }))).toEqual(['TE_QUEUE_URL']);
  });

  it.each([
    ['TE_CONNECTIONS_URL', 'http://example.com'],
    ['TE_CONNECTIONS_URL', 'https://example.com/'],
    ['TE_CONNECTIONS_URL', 'https://example.com/path'],
    ['TE_CONNECTIONS_URL', 'https://me:pw@example.com'],
    ['TE_CONNECTIONS_URL', 'http://localhost.example.com'],
    ['TE_ALLOWED_PRIVATE_ORIGINS', 'http://localhost:4010,http://10.0.0.1'],
    ['TE_OIDC_ISSUER', 'https://example.com/?x=1'],
    ['TE_OIDC_ISSUER', 'ftp://example.com'],
    ['TE_CONNECTIONS_PORT', '65536'],
    ['TE_CONNECTIONS_PORT', '-1'],
    ['TE_CONNECTIONS_PORT', '0x10'],
    ['TE_DATABASE_POOL_SIZE', '0'],
    ['TE_BIND_ADDRESS', 'localhost'],
    ['TE_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TE_TRUSTED_PROXIES', '10.0.0.1/8/8'],
    ['TE_TRUSTED_PROXIES', 'everyone'],
    ['TE_SESSION_SECRET', `${session},short`],
    ['TE_SESSION_SECRET', ','],
    ['TE_LOCAL_KEY_FILE', 'key\0file'],
  ])('refuses %s = %j', (name, value) => {
    expect(problemsOf(() => loadConnectionsConfig({ ...good, [name]: value }))).toEqual([name]);
  });

  it.each([
    ['TE_CONNECTIONS_URL', 'https://te.example.com'],
    ['TE_CONNECTIONS_URL', 'http://127.0.0.1:9000'],
    ['TE_TRUSTED_PROXIES', '10.0.0.0/8, ::1,192.168.1.1'],
    ['TE_BIND_ADDRESS', '::'],
    ['TE_OIDC_ISSUER', 'https://example.com/tenant/'],
  ])('accepts %s = %j', (name, value) => {
    expect(problemsOf(() => loadConnectionsConfig({ ...good, [name]: value }))).toEqual([]);
  });
});
