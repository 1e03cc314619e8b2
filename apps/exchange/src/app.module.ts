import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Callers } from '#libs/caller-auth';
import { CompleteConnectSession, OpenConnectSession, ReadConnectSession } from '#libs/connecting';
import { ErrorsController, healthController, metricsController } from '#libs/http';
import { Revocations } from '#libs/revocation';
import { ConnectSessionsController } from './connect-sessions/connect-sessions.controller.js';
import { ExchangeTokenController } from './exchange-token/exchange-token.controller.js';
import { ExchangeTokenUseCase } from './exchange-token/exchange-token.use-case.js';
import { ListConnectionsController } from './list-connections/list-connections.controller.js';
import { ListConnectionsUseCase } from './list-connections/list-connections.use-case.js';
import { ListProvidersController } from './list-providers/list-providers.controller.js';
import { ListProvidersUseCase } from './list-providers/list-providers.use-case.js';
import type { Parts } from './parts.js';
import { QueryAuditController } from './query-audit/query-audit.controller.js';
import { QueryAuditUseCase } from './query-audit/query-audit.use-case.js';
import { RevokeAccessController } from './revoke-access/revoke-access.controller.js';

/** Ends what the parts hold, once the last request was answered. */
class PartsLifecycle implements OnApplicationShutdown {
  constructor(private readonly parts: Parts) {}

  async onApplicationShutdown(): Promise<void> {
    await this.parts.stop();
  }
}

/** The wiring list: every route of the exchange app, and what stands behind it. */
@Module({})
export class AppModule {
  static with(parts: Parts): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        ExchangeTokenController,
        RevokeAccessController,
        ListProvidersController,
        ListConnectionsController,
        ConnectSessionsController,
        QueryAuditController,
        ErrorsController,
        healthController({
          checks: {
            database: () => parts.database.query('SELECT 1'),
            keys: () => parts.vault.prepare(parts.platformId),
          },
        }),
        metricsController(parts.metrics),
      ],
      providers: [
        { provide: Callers, useValue: parts.callers },
        { provide: ExchangeTokenUseCase, useValue: parts.exchangeToken },
        { provide: Revocations, useValue: parts.revocations },
        { provide: ListProvidersUseCase, useValue: parts.listProviders },
        { provide: ListConnectionsUseCase, useValue: parts.listConnections },
        { provide: OpenConnectSession, useValue: parts.openConnectSession },
        { provide: ReadConnectSession, useValue: parts.readConnectSession },
        { provide: CompleteConnectSession, useValue: parts.completeConnectSession },
        { provide: QueryAuditUseCase, useValue: parts.queryAudit },
        { provide: PartsLifecycle, useFactory: () => new PartsLifecycle(parts) },
      ],
    };
  }
}
