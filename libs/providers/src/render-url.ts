import { valueProblems } from './definition/params.js';
import type { ProviderDefinition } from './definition/schema.js';
import { ProviderError } from './provider-error.js';
import type { RegistrationAtProvider } from './registration.js';

/** Where a URL of a definition may lead: to one of its endpoints, or on to where a user's token belongs. */
export type Destination = keyof ProviderDefinition['origins'];

/**
 * Fills the parameters of a registration into a template of its definition and checks that the result stays on the
 * origins that the definition allows for the purpose.
 * @throws ProviderError class `operator`, outcome `not_sent`
 */
export function renderUrl(
  definition: ProviderDefinition,
  registration: RegistrationAtProvider,
  template: string,
  destination: Destination,
): URL {
  const refuse = (code: string) => new ProviderError(definition.slug, { class: 'operator', outcome: 'not_sent', code });
  // As a path segment these two would climb out of the endpoint.
  if (/^\.{0,2}$/.test(registration.clientId)) throw refuse('registration_client_id');
  if (valueProblems(definition, registration.params).length > 0) throw refuse('registration_params');
  const fill = (text: string) => fillIn(definition, registration, text);
  const text = fill(template);
  if (!URL.canParse(text)) throw refuse('endpoint_url');
  const url = new URL(text);
  const allowed = definition.origins[destination].map((origin) => new URL(fill(origin)).origin);
  if (url.username !== '' || url.password !== '' || !allowed.includes(url.origin)) throw refuse('endpoint_origin');
  return url;
}

function fillIn(definition: ProviderDefinition, registration: RegistrationAtProvider, text: string): string {
  return text.replace(/\{([^}]*)\}/g, (_whole, name: string) => {
    if (name === 'client_id') return encodeURIComponent(registration.clientId);
    const value = registration.params[name] ?? definition.params[name]?.default ?? '';
    return definition.params[name]?.kind === 'baseUrl' ? value : encodeURIComponent(value);
  });
}
