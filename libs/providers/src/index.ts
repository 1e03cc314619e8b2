export {
  ProviderClient,
  type AuthorizeEndpoint,
  type CodeToSpend,
  type ProviderClientDeps,
} from './provider-client.js';
export { type OpenRefresh, type RefreshOptions } from './open-refresh.js';
export { ProviderError, type ErrorClass, type Outcome, type ProviderErrorDetails } from './provider-error.js';
export { ProviderCatalogue } from './catalogue.js';
export { builtInDefinitions } from './builtin-definitions.js';
export { type DefinitionInput, type ProviderDefinition } from './definition/schema.js';
export { DefinitionInvalid, parseDefinition } from './definition/parse-definition.js';
export { paramProblems } from './definition/params.js';
export { abilities, type Abilities } from './abilities.js';
export {
  authorizationScopes,
  describeScope,
  fixedScopes,
  impliedClosure,
  normaliseScopes,
  scopeLattice,
} from './scopes.js';
export { refreshDueAt, type PairFacts } from './refresh-schedule.js';
export { redirectUriOf, type RegistrationAtProvider } from './registration.js';
export { type TokenSet } from './reply/token-set.js';
export { type Account, type Life } from './identify.js';
export { type Revocation, type TokensToRevoke } from './revoke.js';
export { type SendTokenOptions } from './token-calls.js';
