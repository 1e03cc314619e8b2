export { TokenExchanger } from './token-exchanger.js';
export type { CallOptions, TokenExchangerOptions } from './options.js';
export type { Runtime } from './runtime.js';
export { ExchangedToken, type ExchangedTokenFacts } from './exchanged-token.js';
export type {
  CompleteConnectRequest,
  CompleteTypedConnectRequest,
  ExchangeOptions,
  ExchangeRequest,
  RevokeAccessRequest,
  RevokeRequest,
  RevokeTokenRequest,
  StartConnectRequest,
  StartTypedConnectRequest,
  WithTokenOptions,
} from './requests.js';
export type {
  Account,
  CompletedConnect,
  Connection,
  ConnectSession,
  OpenUnion,
  Provider,
  Revocation,
  ScopeInWords,
} from './answers.js';
export type { Connect, ConnectLink, StartedConnect } from './connect.js';
export type { ConnectCookie } from './connect-cookie.js';
export type { ConnectReturn } from './connect-return.js';
export type { TokenWork } from './with-token.js';
export {
  AccessDeniedError,
  type AccountChoice,
  AccountSelectionRequiredError,
  BindingMissingError,
  ConflictError,
  ConnectionError,
  type ErrorFacts,
  InteractionRequiredError,
  InvalidClientError,
  InvalidRequestError,
  InvalidTargetError,
  NotFoundError,
  RateLimitedError,
  TemporarilyUnavailableError,
  TimeoutError,
  TokenExchangerError,
} from './errors.js';
export { VERSION } from './version.js';
