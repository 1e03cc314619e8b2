import type { ConnectionsConfig } from '#libs/config';
import {
  AllowConnecting,
  CheckCallback,
  ConfirmAccount,
  DenyConnecting,
  HoldCode,
  OpenLink,
  PrepareRedirect,
  ReadResult,
  RecordProviderRefusal,
  ReleaseLink,
  SettleSession,
  UseConnectedAccount,
} from '#libs/connecting';
import { openFoundations, type Foundations } from '#libs/foundations';
import { Revocations } from '#libs/revocation';
import type { Logger, Metrics } from '#libs/telemetry';
import { AppSettings } from './app-settings.js';
import { CurrentPerson } from './browser-session/current-person.js';
import { FormGuard } from './browser-session/form-guard.js';
import { browserSessions, type BrowserSessions } from './browser-session/session-middleware.js';
import { AfterHeld } from './connect/after-held.js';
import { FinishSignInUseCase } from './sign-in/finish-sign-in.use-case.js';
import { Issuer } from './sign-in/issuer.js';
import { SignInAttempts } from './sign-in/sign-in-attempt.js';
import { StartSignIn } from './sign-in/start-sign-in.js';

/** What the controllers call, and what has to be stopped in the end. */
export type Parts = Awaited<ReturnType<typeof buildParts>>;

const statementTimeoutMs = 5_000;
const lockTimeoutMs = 2_000;

export async function buildParts(config: ConnectionsConfig, { logger, metrics }: { logger: Logger; metrics: Metrics }) {
  const base = await openFoundations({ ...config, app: 'connections', statementTimeoutMs, lockTimeoutMs }, logger);
  const sessions = browserSessions(config, logger);
  return {
    ...signIn(config, base),
    ...connecting(config, base),
    base,
    metrics,
    sessions,
    revocations: new Revocations(base),
    settings: new AppSettings({ ...base, signInOrigin: new URL(config.signIn.issuer).origin }),
    people: new CurrentPerson(base.database, base.clock),
    forms: new FormGuard(config.sessionSecrets, config.connectionsUrl),
    stop: () => stop(base, sessions),
  };
}

function signIn(config: ConnectionsConfig, base: Foundations) {
  const issuer = new Issuer(config.signIn, base.egress, base.logger);
  const attempts = new SignInAttempts(base.random, config.connectionsUrl.startsWith('https:'));
  return {
    attempts,
    startSignIn: new StartSignIn(issuer, attempts, config.connectionsUrl),
    finishSignIn: new FinishSignInUseCase(base, issuer),
  };
}

function connecting(config: ConnectionsConfig, base: Foundations) {
  const settleSession = new SettleSession(base);
  return {
    settleSession,
    openLink: new OpenLink(base),
    checkCallback: new CheckCallback(base),
    holdCode: new HoldCode(base),
    recordRefusal: new RecordProviderRefusal(base),
    readResult: new ReadResult(base),
    confirmAccount: new ConfirmAccount(base),
    afterHeld: new AfterHeld(settleSession, base.logger),
    answering: {
      preparing: new PrepareRedirect(base),
      allowing: new AllowConnecting(base),
      reusing: new UseConnectedAccount(base),
      denying: new DenyConnecting(base),
      releasing: new ReleaseLink(base),
    },
  };
}

async function stop(base: Foundations, sessions: BrowserSessions): Promise<void> {
  sessions.close();
  await base.close();
}
