import type { Secret } from '#libs/kernel';
import { read, type CrossRule, type Environment, type Values } from './read.js';
import type { VariableName } from './variables.js';

const common = [
  'TE_ENVIRONMENT_NAME',
  'TE_LOG_LEVEL',
  'TE_DATABASE_URL',
  'TE_DATABASE_POOL_SIZE',
  'TE_QUEUE_BACKEND',
  'TE_QUEUE_URL',
  'TE_KEY_SERVICE',
  'TE_LOCAL_KEY_FILE',
  'TE_CONNECTIONS_URL',
  'TE_EXCHANGE_URL',
  'TE_BIND_ADDRESS',
  'TE_ALLOWED_PRIVATE_ORIGINS',
] as const satisfies readonly VariableName[];

/** Which variables each program reads; the reference page says so too. */
export const variablesOf = {
  exchange: [...common, 'TE_EXCHANGE_PORT', 'TE_TRUSTED_PROXIES'],
  connections: [
    ...common,
    'TE_CONNECTIONS_PORT',
    'TE_TRUSTED_PROXIES',
    'TE_OIDC_ISSUER',
    'TE_OIDC_CLIENT_ID',
    'TE_OIDC_CLIENT_SECRET',
    'TE_SESSION_SECRET',
  ],
  worker: [...common, 'TE_WORKER_PORT'],
  cli: ['TE_LOG_LEVEL', 'TE_DATABASE_URL', 'TE_KEY_SERVICE', 'TE_LOCAL_KEY_FILE', 'TE_CONNECTIONS_URL'],
} as const satisfies Record<string, readonly VariableName[]>;

type CommonValues = Values<(typeof common)[number]>;

const queueUrlFits: CrossRule<'TE_QUEUE_BACKEND' | 'TE_QUEUE_URL'> = ({
  TE_QUEUE_BACKEND: backend,
  TE_QUEUE_URL: url,
}) => {
  const fits =
    url === undefined ? backend === 'postgres' : url.reveal().startsWith(backend === 'redis' ? 'redis' : 'postgres');
  const rule = `must be set to a ${backend === 'redis' ? 'redis:// or rediss://' : 'postgres://'} URL, because TE_QUEUE_BACKEND is ${backend}`;
  return fits ? undefined : { variable: 'TE_QUEUE_URL', rule };
};

function commonPart(values: CommonValues) {
  return {
    environmentName: values.TE_ENVIRONMENT_NAME,
    logLevel: values.TE_LOG_LEVEL,
    bindAddress: values.TE_BIND_ADDRESS,
    connectionsUrl: values.TE_CONNECTIONS_URL,
    exchangeUrl: values.TE_EXCHANGE_URL,
    allowedPrivateOrigins: values.TE_ALLOWED_PRIVATE_ORIGINS,
    database: { url: values.TE_DATABASE_URL, poolSize: values.TE_DATABASE_POOL_SIZE },
    queue: { backend: values.TE_QUEUE_BACKEND, url: values.TE_QUEUE_URL ?? values.TE_DATABASE_URL },
    keys: { service: values.TE_KEY_SERVICE, file: values.TE_LOCAL_KEY_FILE },
  };
}

/** Settings of the exchange app. Throws `ConfigurationError`. */
export function loadExchangeConfig(env: Environment = process.env) {
  const values = read(env, variablesOf.exchange, [queueUrlFits]);
  return frozen({ ...commonPart(values), port: values.TE_EXCHANGE_PORT, trustedProxies: values.TE_TRUSTED_PROXIES });
}

/** Settings of the connections app. Throws `ConfigurationError`. */
export function loadConnectionsConfig(env: Environment = process.env) {
  const values = read(env, variablesOf.connections, [queueUrlFits]);
  return frozen({
    ...commonPart(values),
    port: values.TE_CONNECTIONS_PORT,
    trustedProxies: values.TE_TRUSTED_PROXIES,
    sessionSecrets: values.TE_SESSION_SECRET,
    signIn: {
      issuer: values.TE_OIDC_ISSUER,
      clientId: values.TE_OIDC_CLIENT_ID,
      clientSecret: values.TE_OIDC_CLIENT_SECRET,
    },
  });
}

/** Settings of the worker. Throws `ConfigurationError`. */
export function loadWorkerConfig(env: Environment = process.env) {
  const values = read(env, variablesOf.worker, [queueUrlFits]);
  return frozen({ ...commonPart(values), port: values.TE_WORKER_PORT });
}

/** Settings of the operator's command line. Throws `ConfigurationError`. */
export function loadCliConfig(env: Environment = process.env) {
  const values = read(env, variablesOf.cli);
  return frozen({
    logLevel: values.TE_LOG_LEVEL,
    connectionsUrl: values.TE_CONNECTIONS_URL,
    database: { url: values.TE_DATABASE_URL },
    keys: { service: values.TE_KEY_SERVICE, file: values.TE_LOCAL_KEY_FILE },
  });
}

export type ExchangeConfig = ReturnType<typeof loadExchangeConfig>;
export type ConnectionsConfig = ReturnType<typeof loadConnectionsConfig>;
export type WorkerConfig = ReturnType<typeof loadWorkerConfig>;
export type CliConfig = ReturnType<typeof loadCliConfig>;

type Frozen<T> = T extends Secret | readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

function frozen<T extends object>(value: T): Frozen<T> {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) frozen(part);
  return Object.freeze(value) as Frozen<T>;
}
