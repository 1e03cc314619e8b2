export {
  loadCliConfig,
  loadConnectionsConfig,
  loadExchangeConfig,
  loadWorkerConfig,
  variablesOf,
  type CliConfig,
  type ConnectionsConfig,
  type ExchangeConfig,
  type WorkerConfig,
} from './load.js';
export { ConfigurationError, type Problem } from './configuration-error.js';
export type { Environment } from './read.js';
export { variables, type Variable, type VariableName } from './variables.js';
