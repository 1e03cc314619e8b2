import * as rules from './rules.js';

export interface Variable<T = unknown> {
  readonly description: string;
  /** What a good value looks like. Shown when a value is refused, so it has to stand on its own. */
  readonly must: string;
  readonly rule: rules.Rule<T>;
  /** Used when the variable is absent or empty. */
  readonly default?: string;
  /** Absent is a value too. Without this and without a default the variable has to be set. */
  readonly optional?: true;
  readonly secret?: true;
}

const define = <T, const V extends Omit<Variable<T>, 'rule'>>(rule: rules.Rule<T>, about: V): V & Variable<T> => ({
  ...about,
  rule,
});

const guarded = 'https, or http on localhost';
const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Every environment variable of the platform's services. The reference page is made from this table. */
export const variables = {
  TE_ENVIRONMENT_NAME: define(rules.plain(/^[a-z0-9-]{1,32}$/), {
    description: 'A name for this installation; it appears in every log line.',
    must: '1 to 32 of a-z, 0-9 and -',
    default: 'local',
  }),
  TE_DATABASE_URL: define(rules.secretUrl('postgres:', 'postgresql:'), {
    description: 'The PostgreSQL database that holds all truth.',
    must: 'a postgres:// or postgresql:// URL',
    secret: true,
  }),
  TE_DATABASE_POOL_SIZE: define(rules.wholeNumber(1, 200), {
    description: 'Connections to the database that one process opens at most.',
    must: 'a whole number from 1 to 200',
    default: '10',
  }),
  TE_QUEUE_BACKEND: define(rules.oneOf(['postgres', 'redis']), {
    description: 'Where the queue of wake-up hints lives.',
    must: 'postgres or redis',
    default: 'postgres',
  }),
  TE_QUEUE_URL: define(rules.secretUrl('postgres:', 'postgresql:', 'redis:', 'rediss:'), {
    description: 'The server of the queue. With the postgres backend the database is used when this is absent.',
    must: 'a URL that fits TE_QUEUE_BACKEND: postgres:// or postgresql:// with postgres, redis:// or rediss:// with redis',
    optional: true,
    secret: true,
  }),
  TE_KEY_SERVICE: define(rules.oneOf(['local']), {
    description: 'What guards the keys. There is no default: how keys are kept is a choice that somebody makes.',
    must: 'local',
  }),
  TE_LOCAL_KEY_FILE: define(rules.path, {
    description:
      'The file with the root key of the local key service; made at the first start, readable by its owner alone.',
    must: 'a path',
  }),
  TE_CONNECTIONS_URL: define(rules.origin, {
    description: 'Where people reach the connections app.',
    must: `an origin without a path (${guarded})`,
    default: 'http://localhost:4000',
  }),
  TE_EXCHANGE_URL: define(rules.origin, {
    description: 'Where servers reach the exchange app; error pages are linked under it.',
    must: `an origin without a path (${guarded})`,
    default: 'http://localhost:4001',
  }),
  TE_CONNECTIONS_PORT: port('the connections app', '4000'),
  TE_EXCHANGE_PORT: port('the exchange app', '4001'),
  TE_WORKER_PORT: port("the worker's health and metrics", '4002'),
  TE_BIND_ADDRESS: define(rules.address, {
    description: 'The address on which an app listens.',
    must: 'an IP address',
    default: '127.0.0.1',
  }),
  TE_OIDC_ISSUER: define(rules.exactUrl, {
    description: 'The OpenID Connect issuer at which people sign in, to the letter as it states itself.',
    must: `a URL without query, fragment or password (${guarded})`,
  }),
  TE_OIDC_CLIENT_ID: define(rules.plain(/^[\x21-\x7e]{1,255}$/), {
    description: 'The client id of the connections app at the issuer.',
    must: '1 to 255 printable ASCII characters without spaces',
  }),
  TE_OIDC_CLIENT_SECRET: define(rules.secret(), {
    description: 'The client secret of the connections app at the issuer.',
    must: 'a text without control characters',
    secret: true,
  }),
  TE_SESSION_SECRET: define(
    rules.listOf(rules.secret(32)).refine((list) => list.length > 0),
    {
      description: 'Signs session cookies. Several between commas rotate it: the first signs, all are accepted.',
      must: 'at least 32 characters each',
      secret: true,
    },
  ),
  TE_ALLOWED_PRIVATE_ORIGINS: define(rules.listOf(rules.origin), {
    description: 'Origins on private addresses that may be called. All other private addresses are refused.',
    must: `origins between commas (${guarded})`,
    default: '',
  }),
  TE_LOG_LEVEL: define(rules.oneOf(levels), {
    description: 'The least severe log line that is written.',
    must: `one of ${levels.join(', ')}`,
    default: 'info',
  }),
  TE_TRUSTED_PROXIES: define(rules.listOf(rules.network), {
    description: 'Proxies whose X-Forwarded-* headers are believed. Without any, these headers are ignored.',
    must: 'IP addresses or ranges like 10.0.0.0/8, between commas',
    default: '',
  }),
} as const;

function port(what: string, standard: string) {
  return define(rules.wholeNumber(0, 65_535), {
    description: `The port of ${what}. 0 takes any free one.`,
    must: 'a whole number from 0 to 65535',
    default: standard,
  });
}

export type VariableName = keyof typeof variables;
