import { ConfigurationError, loadWorkerConfig, type WorkerConfig } from '#libs/config';
import { createLogger, type Logger } from '#libs/telemetry';
import { createWorkerApp } from './create-app.js';

function readConfig(): WorkerConfig {
  try {
    return loadWorkerConfig();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    // There is no log yet: its level may be part of what is wrong.
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}

async function start(config: WorkerConfig, logger: Logger): Promise<void> {
  const app = await createWorkerApp(config, logger);
  await app.listen(config.port, config.bindAddress);
  logger.info({ port: config.port }, 'worker is ready');
}

const config = readConfig();
const logger = createLogger({ app: 'worker', level: config.logLevel, environment: config.environmentName });
try {
  await start(config, logger);
} catch (error) {
  logger.fatal({ err: error }, 'worker cannot start');
  process.exit(1);
}
