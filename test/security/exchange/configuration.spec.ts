import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runToEnd } from '../../support/exchange-process.js';

const secret = 'CanaryNeverToBePrinted0123456789';
const app = {
  TE_DATABASE_URL: `postgres://te_app:${secret}@127.0.0.1:9/none`,
  TE_KEY_SERVICE: 'local',
  TE_LOCAL_KEY_FILE: `/nowhere/${secret}/root.key`,
};
const signIn = {
  TE_OIDC_ISSUER: 'http://localhost:9/signin',
  TE_OIDC_CLIENT_ID: 'client',
  TE_OIDC_CLIENT_SECRET: secret,
  TE_SESSION_SECRET: secret,
};

type Environment = Record<string, string>;
type Wrong = readonly [what: string, change: Environment, variable: string, rule: RegExp];

/** What is wrong in any app, with the variable and the words that have to appear. */
const everywhere: readonly Wrong[] = [
  ['no database', { TE_DATABASE_URL: '' }, 'TE_DATABASE_URL', /must be set: a postgres:\/\//],
  ['another database', { TE_DATABASE_URL: `mysql://${secret}` }, 'TE_DATABASE_URL', /must be a postgres:\/\//],
  ['R49 no choice of a key service', { TE_KEY_SERVICE: '' }, 'TE_KEY_SERVICE', /must be set: local/],
  ['R49 keys of another kind', { TE_KEY_SERVICE: secret }, 'TE_KEY_SERVICE', /must be local/],
  ['no key file', { TE_LOCAL_KEY_FILE: '' }, 'TE_LOCAL_KEY_FILE', /must be set: a path/],
  [
    'an address in clear',
    { TE_EXCHANGE_URL: `http://${secret}.example` },
    'TE_EXCHANGE_URL',
    /https, or http on localhost/,
  ],
  [
    'an address with a path',
    { TE_CONNECTIONS_URL: `https://x.example/${secret}` },
    'TE_CONNECTIONS_URL',
    /without a path/,
  ],
  [
    'a private origin in clear',
    { TE_ALLOWED_PRIVATE_ORIGINS: `http://${secret}` },
    'TE_ALLOWED_PRIVATE_ORIGINS',
    /origins/,
  ],
  ['a pool of words', { TE_DATABASE_POOL_SIZE: secret }, 'TE_DATABASE_POOL_SIZE', /whole number from 1 to 200/],
  ['a level that is none', { TE_LOG_LEVEL: secret }, 'TE_LOG_LEVEL', /must be one of fatal/],
  ['a queue without its server', { TE_QUEUE_BACKEND: 'redis' }, 'TE_QUEUE_URL', /because TE_QUEUE_BACKEND is redis/],
];

const programs: Readonly<Record<string, { readonly environment: Environment; readonly wrong: readonly Wrong[] }>> = {
  exchange: {
    environment: app,
    wrong: [
      ...everywhere,
      ['a port too high', { TE_EXCHANGE_PORT: '70000' }, 'TE_EXCHANGE_PORT', /0 to 65535/],
      ['a proxy that is none', { TE_TRUSTED_PROXIES: secret }, 'TE_TRUSTED_PROXIES', /IP addresses/],
    ],
  },
  connections: {
    environment: { ...app, ...signIn },
    wrong: [
      [
        'a session secret that is short',
        { TE_SESSION_SECRET: secret.slice(0, 20) },
        'TE_SESSION_SECRET',
        /at least 32/,
      ],
      ['an issuer in clear', { TE_OIDC_ISSUER: `http://${secret}.example` }, 'TE_OIDC_ISSUER', /https/],
      ['no client secret', { TE_OIDC_CLIENT_SECRET: '' }, 'TE_OIDC_CLIENT_SECRET', /must be set/],
    ],
  },
  worker: {
    environment: app,
    wrong: [['a port of words', { TE_WORKER_PORT: secret }, 'TE_WORKER_PORT', /0 to 65535/]],
  },
};

const isBuilt = (name: string) =>
  existsSync(fileURLToPath(new URL(`../../../dist/apps/${name}/src/main.js`, import.meta.url)));

describe.each(Object.entries(programs).filter(([name]) => isBuilt(name)))(
  'the program %s',
  (name, { environment, wrong }) => {
    const entry = `apps/${name}/src/main.js`;

    // One start with everything wrong at once: the list is complete, so that nobody mends one line per start.
    it('stops at once with all that is wrong: variable and rule, never the value', async () => {
      const singly = wrong.filter(([, , variable], at) => wrong.findIndex((one) => one[2] === variable) === at);
      const alone = singly.filter(([, , variable]) => variable !== 'TE_QUEUE_URL');
      const { code, output } = await runToEnd(
        entry,
        Object.assign({}, environment, ...alone.map(([, change]) => change)),
      );
      expect(code).toBe(1);
      for (const [, , variable, rule] of alone) {
        const line = output.split('\n').find((one) => one.trim().startsWith(`${variable} `));
        expect([variable, line]).toEqual([variable, expect.stringMatching(rule)]);
      }
      expect(output).not.toContain(secret.slice(0, 20));
      expect(output).not.toMatch(/\bat .*\(/);
    });

    it('says nothing of its secrets when the configuration is well formed and nothing is there', async () => {
      const { code, output } = await runToEnd(entry, environment);
      expect(code).toBe(1);
      expect(output).toMatch(/cannot start/);
      expect(output).not.toContain(secret);
    });
  },
);

describe('the program exchange', () => {
  it.each(
    everywhere.filter(
      (one, at) => everywhere.findIndex((other) => other[2] === one[2]) !== at || one[2] === 'TE_QUEUE_URL',
    ),
  )('%s', async (_what, change, variable, rule) => {
    const { code, output } = await runToEnd('apps/exchange/src/main.js', { ...app, ...change });
    expect(code).toBe(1);
    expect(output).toContain(variable);
    expect(output).toMatch(rule);
    expect(output).not.toContain(secret);
  });
});
