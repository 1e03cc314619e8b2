import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { WorkerConfig } from '#libs/config';
import { fastifyEdgeOptions, installEdge, type EdgeSettings } from '#libs/http';
import { Metrics, type Logger } from '#libs/telemetry';
import { AppModule } from './app.module.js';
import { buildParts } from './parts.js';

/** The worker, ready to listen for its health. It is at work as soon as it listens. */
export async function createWorkerApp(config: WorkerConfig, logger: Logger): Promise<NestFastifyApplication> {
  const metrics = new Metrics({ app: 'worker' });
  const parts = await buildParts(config, { logger, metrics });
  const edge: EdgeSettings = {
    logger,
    metrics,
    exchangeUrl: config.exchangeUrl,
    ownUrl: `http://localhost:${config.port}`,
  };
  const adapter = new FastifyAdapter(fastifyEdgeOptions(edge));
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(parts), adapter, { logger: false });
  installEdge(app, edge);
  return app;
}
