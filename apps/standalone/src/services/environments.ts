import { join } from 'node:path';
import { addressesOf, callbackOf } from '../addresses.js';
import type { Installation } from '../installation.js';
import { inheritedEnvironment } from '../settings.js';

/** One program of the installation. */
export interface Service {
  readonly name: 'sandbox' | 'connections' | 'exchange' | 'worker' | 'notes';
  /** Below `dist/`. */
  readonly entry: string;
  readonly environment: Record<string, string>;
  /** Answers 200 when the program is ready. */
  readonly readyUrl: string;
}

export interface ServiceInputs {
  readonly installation: Installation;
  readonly dataDir: string;
  readonly databaseUrl: (role: 'app' | 'worker') => string;
}

export const signInClientId = 'token-exchanger';
export const githubClientId = 'sandbox-github-oauth';
export const notionClientId = 'sandbox-notion';

/** The outside world: providers and the sign-in service. */
export function sandboxService({ installation }: Pick<ServiceInputs, 'installation'>): Service {
  const at = addressesOf(installation.ports);
  const { github, notion } = installation.registrations;
  return {
    name: 'sandbox',
    entry: 'apps/sandbox/src/main.js',
    readyUrl: `${at.signInIssuer}/.well-known/openid-configuration`,
    environment: {
      ...inheritedEnvironment(),
      SANDBOX_PORT: String(installation.ports.sandbox),
      SANDBOX_PUBLIC_URL: at.sandbox,
      SANDBOX_GITHUB_CLIENT_ID: githubClientId,
      SANDBOX_GITHUB_CLIENT_SECRET: github.clientSecret,
      SANDBOX_GITHUB_REDIRECT_URIS: callbackOf(at, github.id),
      SANDBOX_NOTION_CLIENT_ID: notionClientId,
      SANDBOX_NOTION_CLIENT_SECRET: notion.clientSecret,
      SANDBOX_NOTION_REDIRECT_URIS: callbackOf(at, notion.id),
      SANDBOX_SIGNIN_CLIENT_ID: signInClientId,
      SANDBOX_SIGNIN_CLIENT_SECRET: installation.signInClientSecret,
      SANDBOX_SIGNIN_REDIRECT_URIS: `${at.connections}/signin/callback`,
      SANDBOX_SIGNIN_POST_LOGOUT_REDIRECT_URIS: at.connections,
    },
  };
}

/** The three programs of the product, configured as in production but for the adapters. */
export function productServices(inputs: ServiceInputs): Service[] {
  const { installation } = inputs;
  const at = addressesOf(installation.ports);
  const app = common(inputs, 'app');
  const signIn = {
    TE_OIDC_ISSUER: at.signInIssuer,
    TE_OIDC_CLIENT_ID: signInClientId,
    TE_OIDC_CLIENT_SECRET: installation.signInClientSecret,
    TE_SESSION_SECRET: installation.sessionSecret,
  };
  const { connections, exchange, worker } = installation.ports;
  return [
    service('connections', at.connections, { ...app, ...signIn, TE_CONNECTIONS_PORT: String(connections) }),
    service('exchange', at.exchange, { ...app, TE_EXCHANGE_PORT: String(exchange) }),
    service('worker', at.worker, { ...common(inputs, 'worker'), TE_WORKER_PORT: String(worker) }),
  ];
}

/** The example web app of an MCP developer; it knows the platform's address and its own key, and nothing else of it. */
export function notesService(installation: Installation, serverKey: string): Service {
  const at = addressesOf(installation.ports);
  return {
    name: 'notes',
    entry: 'examples/notes/src/main.js',
    readyUrl: `${at.notes}/health`,
    environment: {
      ...inheritedEnvironment(),
      NOTES_PORT: String(installation.ports.notes),
      NOTES_PUBLIC_URL: at.notes,
      NOTES_GITHUB_API_URL: at.githubApi,
      NOTES_NOTION_API_URL: at.notionApi,
      TOKEN_EXCHANGER_URL: at.exchange,
      TOKEN_EXCHANGER_KEY: serverKey,
    },
  };
}

function service(
  name: 'connections' | 'exchange' | 'worker',
  url: string,
  environment: Record<string, string>,
): Service {
  return { name, entry: `apps/${name}/src/main.js`, environment, readyUrl: `${url}/health/ready` };
}

function common({ installation, dataDir, databaseUrl }: ServiceInputs, role: 'app' | 'worker'): Record<string, string> {
  const at = addressesOf(installation.ports);
  return {
    ...inheritedEnvironment(),
    TE_DATABASE_URL: databaseUrl(role),
    TE_QUEUE_BACKEND: 'postgres',
    TE_KEY_SERVICE: 'local',
    TE_LOCAL_KEY_FILE: join(dataDir, 'root.key'),
    TE_CONNECTIONS_URL: at.connections,
    TE_EXCHANGE_URL: at.exchange,
    TE_ALLOWED_PRIVATE_ORIGINS: at.sandbox,
  };
}
