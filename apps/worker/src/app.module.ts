import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { healthController, metricsController } from '#libs/http';
import type { Parts } from './parts.js';

/** Starts the work with the app, and ends it before the app goes. */
class WorkLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(private readonly parts: Parts) {}

  onApplicationBootstrap(): void {
    this.parts.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.parts.drain();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.release();
  }
}

/** The wiring list: the worker has no routes but those that say how it is. */
@Module({})
export class AppModule {
  static with(parts: Parts): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        healthController({
          checks: {
            database: () => parts.database.query('SELECT 1'),
            keys: () => parts.vault.prepare(parts.platformId),
          },
          draining: () => parts.isDraining(),
        }),
        metricsController(parts.metrics),
      ],
      providers: [{ provide: WorkLifecycle, useFactory: () => new WorkLifecycle(parts) }],
    };
  }
}
