import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigurationError, loadExchangeConfig, type ExchangeConfig } from '#libs/config';
import { fastifyEdgeOptions, installEdge, type EdgeSettings } from '#libs/http';
import { createLogger, Metrics, type Logger } from '#libs/telemetry';
import { AppModule } from './app.module.js';
import { buildParts } from './parts.js';

async function start(config: ExchangeConfig, logger: Logger): Promise<void> {
  const metrics = new Metrics({ app: 'exchange' });
  const parts = await buildParts(config, { logger, metrics });
  const edge: EdgeSettings = {
    logger,
    metrics,
    exchangeUrl: config.exchangeUrl,
    ownUrl: config.exchangeUrl,
    trustedProxies: config.trustedProxies,
  };
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(parts),
    new FastifyAdapter(fastifyEdgeOptions(edge)),
    { logger: false },
  );
  installEdge(app, edge);
  await app.listen(config.port, config.bindAddress);
  logger.info({ url: config.exchangeUrl }, 'exchange is ready');
}

try {
  const config = loadExchangeConfig();
  const logger = createLogger({ app: 'exchange', level: config.logLevel, environment: config.environmentName });
  await start(config, logger).catch((error: unknown) => {
    logger.fatal({ err: error }, 'exchange cannot start');
    process.exit(1);
  });
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  // No log yet, because its level is part of what is wrong.
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
