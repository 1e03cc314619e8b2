export { closure, covers, type ScopeLattice } from './scopes.js';
export type { Candidate, CapFacts, ExchangeFacts, ExchangeRequestFacts, ProviderFacts } from './facts.js';
export type {
  Choice,
  Denied,
  ExchangeDecision,
  ExchangeOutcome,
  HandOut,
  InteractionRequired,
  InvalidTarget,
  Layer,
  LayerName,
  NarrowNeeded,
  Need,
  RefreshNeeded,
  Warning,
} from './decision.js';
export { decideExchange } from './decide-exchange.js';
export { decideConnect, type ConnectDecision, type ConnectFacts } from './decide-connect.js';
