import type { Secret } from '#libs/kernel';
import type { ProviderDefinition } from './definition/schema.js';
import type { RegistrationAtProvider } from './registration.js';
import { renderUrl } from './render-url.js';

type Params = Readonly<Record<string, string>>;

/** What the endpoints of a definition have in common. */
interface Endpoint {
  readonly url: string;
  readonly method?: string;
  readonly auth?: 'body' | 'basic' | 'bearer' | 'none';
  readonly encoding: 'form' | 'json' | 'none';
  readonly headers: Params;
  readonly params: Params;
}

/** Everything of a call but its body, so that the connection can be opened before the secret part exists. */
export interface CallHead {
  readonly url: URL;
  readonly method: string;
  readonly headers: Record<string, string>;
}

const contentTypes = { form: 'application/x-www-form-urlencoded', json: 'application/json' } as const;

/**
 * @param bearer the user's access token, which goes only to the origins where tokens of this provider belong
 * @throws ProviderError class `operator`, outcome `not_sent`, when the registration's parameters do not fit
 */
export function callHead(
  definition: ProviderDefinition,
  registration: RegistrationAtProvider,
  endpoint: Endpoint,
  bearer?: Secret,
): CallHead {
  const url = renderUrl(definition, registration, endpoint.url, bearer === undefined ? 'endpoints' : 'token');
  if (endpoint.encoding === 'none') {
    for (const [name, value] of Object.entries(endpoint.params)) url.searchParams.set(name, value);
  }
  const headers: Record<string, string> = { ...endpoint.headers, accept: 'application/json' };
  if (endpoint.encoding !== 'none') headers['content-type'] = contentTypes[endpoint.encoding];
  if (bearer !== undefined) headers.authorization = `Bearer ${bearer.reveal()}`;
  if (endpoint.auth === 'basic') headers.authorization = basic(registration);
  return { url, method: endpoint.method ?? 'POST', headers };
}

/** The body of a call: the definition's static parameters, then ours, then the client's own where they belong there. */
export function callBody(registration: RegistrationAtProvider, endpoint: Endpoint, params: Params): string | undefined {
  if (endpoint.encoding === 'none') return undefined;
  const all: Params = {
    ...endpoint.params,
    ...params,
    ...(endpoint.auth === 'body'
      ? { client_id: registration.clientId, client_secret: registration.clientSecret.reveal() }
      : {}),
  };
  return endpoint.encoding === 'json' ? JSON.stringify(all) : new URLSearchParams(all).toString();
}

/** RFC 6749 section 2.3.1: id and secret are form-encoded before they are joined. */
function basic({ clientId, clientSecret }: RegistrationAtProvider): string {
  const encode = (text: string) => new URLSearchParams([['', text]]).toString().slice(1);
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret.reveal())}`).toString('base64')}`;
}
