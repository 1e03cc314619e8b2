import { ConfigurationError, loadExchangeConfig, type ExchangeConfig } from '#libs/config';
import { createLogger, type Logger } from '#libs/telemetry';
import { createExchangeApp } from './create-app.js';

function readConfig(): ExchangeConfig {
  try {
    return loadExchangeConfig();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    // There is no log yet: its level may be part of what is wrong.
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}

async function start(config: ExchangeConfig, logger: Logger): Promise<void> {
  const { app } = await createExchangeApp(config, logger);
  await app.listen(config.port, config.bindAddress);
  logger.info({ url: config.exchangeUrl }, 'exchange is ready');
}

const config = readConfig();
const logger = createLogger({ app: 'exchange', level: config.logLevel, environment: config.environmentName });
try {
  await start(config, logger);
} catch (error) {
  logger.fatal({ err: error }, 'exchange cannot start');
  process.exit(1);
}
