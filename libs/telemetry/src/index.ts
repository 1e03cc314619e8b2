export {
  createLogger,
  silentLogger,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  type LogMethod,
} from './logger.js';
export { requestLog, type RequestFacts } from './request-log.js';
export { Metrics } from './metrics.js';
