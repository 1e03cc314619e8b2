export { closure, covers, generators, intersect, type ScopeLattice } from './scopes.js';
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
export { expiryFloorMs, maxMinValiditySeconds } from './token-life.js';
