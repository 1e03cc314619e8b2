import type { Server } from 'node:http';
import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  CheckCallback,
  ConfirmAccount,
  HoldCode,
  OpenLink,
  ReadResult,
  RecordProviderRefusal,
  SettleSession,
} from '#libs/connecting';
import { healthController, metricsController } from '#libs/http';
import { ProviderCatalogue } from '#libs/providers';
import { longestDrainMs } from '#libs/token-refresh';
import { AccountController } from './account/account.controller.js';
import { LiftRefusal } from './account/lift-refusal.js';
import { TakeBack } from './account/take-back.js';
import { AppSettings } from './app-settings.js';
import { CurrentPerson } from './browser-session/current-person.js';
import { FormGuard } from './browser-session/form-guard.js';
import { AfterHeld } from './connect/after-held.js';
import { AnswerLink } from './connect/answer-link.js';
import { ConnectController } from './connect/connect.controller.js';
import { ResultController } from './connect/result.controller.js';
import { LandingController } from './landing/landing.controller.js';
import { PageFilter } from './pages/page-filter.js';
import { StyleController } from './pages/style.controller.js';
import type { Parts } from './parts.js';
import { CallbackController } from './provider-redirect/callback.controller.js';
import { FinishSignInUseCase } from './sign-in/finish-sign-in.use-case.js';
import { SignInAttempts } from './sign-in/sign-in-attempt.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { StartSignIn } from './sign-in/start-sign-in.js';

/** Lets requests under way finish, one that spends a code above all, but not for ever; then ends what the parts hold. */
class PartsLifecycle implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    private readonly parts: Parts,
    private readonly host: HttpAdapterHost,
  ) {}

  beforeApplicationShutdown(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    setTimeout(() => server.closeAllConnections(), longestDrainMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.stop();
  }
}

/** The wiring list: every page of the connections app, and what stands behind it. */
@Module({})
export class AppModule {
  static with(parts: Parts): DynamicModule {
    const { base } = parts;
    return {
      module: AppModule,
      controllers: [
        LandingController,
        StyleController,
        SignInController,
        // Before the link's own route: both begin with /connect.
        ResultController,
        ConnectController,
        CallbackController,
        AccountController,
        healthController({
          checks: {
            database: () => base.database.query('SELECT 1'),
            keys: () => base.vault.prepare(base.platformId),
          },
        }),
        metricsController(parts.metrics),
      ],
      providers: providersOf(parts),
    };
  }
}

function providersOf(parts: Parts): Provider[] {
  const { base } = parts;
  const answers = { ...parts.answering, afterHeld: parts.afterHeld, signIn: parts.startSignIn };
  return [
    { provide: AppSettings, useValue: parts.settings },
    { provide: ProviderCatalogue, useValue: base.catalogue },
    { provide: CurrentPerson, useValue: parts.people },
    { provide: FormGuard, useValue: parts.forms },
    { provide: StartSignIn, useValue: parts.startSignIn },
    { provide: SignInAttempts, useValue: parts.attempts },
    { provide: FinishSignInUseCase, useValue: parts.finishSignIn },
    { provide: OpenLink, useValue: parts.openLink },
    { provide: AnswerLink, useFactory: () => new AnswerLink(answers) },
    { provide: CheckCallback, useValue: parts.checkCallback },
    { provide: HoldCode, useValue: parts.holdCode },
    { provide: RecordProviderRefusal, useValue: parts.recordRefusal },
    { provide: AfterHeld, useValue: parts.afterHeld },
    { provide: ReadResult, useValue: parts.readResult },
    { provide: ConfirmAccount, useValue: parts.confirmAccount },
    { provide: SettleSession, useValue: parts.settleSession },
    { provide: TakeBack, useFactory: () => new TakeBack(parts.revocations, new LiftRefusal(base)) },
    { provide: PageFilter, useFactory: () => new PageFilter(parts.settings) },
    {
      provide: PartsLifecycle,
      inject: [HttpAdapterHost],
      useFactory: (host: HttpAdapterHost) => new PartsLifecycle(parts, host),
    },
  ];
}
