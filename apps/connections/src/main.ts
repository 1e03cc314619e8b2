import { ConfigurationError, loadConnectionsConfig, type ConnectionsConfig } from '#libs/config';
import { createLogger, type Logger } from '#libs/telemetry';
import { createConnectionsApp } from './create-app.js';

function readConfig(): ConnectionsConfig {
  try {
    return loadConnectionsConfig();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    // There is no log yet: its level may be part of what is wrong.
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}

async function start(config: ConnectionsConfig, logger: Logger): Promise<void> {
  const { app } = await createConnectionsApp(config, logger);
  await app.listen(config.port, config.bindAddress);
  logger.info({ url: config.connectionsUrl }, 'connections is ready');
}

const config = readConfig();
const logger = createLogger({ app: 'connections', level: config.logLevel, environment: config.environmentName });
try {
  await start(config, logger);
} catch (error) {
  logger.fatal({ err: error }, 'connections cannot start');
  process.exit(1);
}
