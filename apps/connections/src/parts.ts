import { CountedRefusals } from '#libs/caller-auth';
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
import { FinishSignInUseCase, type SignInFailures } from './sign-in/finish-sign-in.use-case.js';
import { Issuer } from './sign-in/issuer.js';
import { SignInAttempts } from './sign-in/sign-in-attempt.js';
import { StartSignIn } from './sign-in/start-sign-in.js';

/** What the controllers call, and what has to be stopped in the end. */
export type Parts = Awaited<ReturnType<typeof buildParts>>;

const statementTimeoutMs = 5_000;
const lockTimeoutMs = 2_000;
const countFailuresEveryMs = 10_000;

export async function buildParts(config: ConnectionsConfig, { logger, metrics }: { logger: Logger; metrics: Metrics }) {
  const base = await openFoundations({ ...config, app: 'connections', statementTimeoutMs, lockTimeoutMs }, logger);
  const sessions = browserSessions(config, logger);
  const failing = { kind: 'session.sign_in_failed', outcome: 'failed' } as const;
  const failures: SignInFailures = new CountedRefusals({ ...base, sql: base.database }, failing);
  failures.start(countFailuresEveryMs);
  return {
    ...signIn(config, base, failures),
    ...connecting(config, base),
    base,
    metrics,
    sessions,
    revocations: new Revocations(base),
    settings: new AppSettings({ ...base, signInOrigin: new URL(config.signIn.issuer).origin }),
    people: new CurrentPerson(base.database, base.clock),
    forms: new FormGuard(config.sessionSecrets, config.connectionsUrl),
    stop: () => stop(base, sessions, failures),
  };
}

function signIn(config: ConnectionsConfig, base: Foundations, failures: SignInFailures) {
  const issuer = new Issuer(config.signIn, base.egress, base.logger);
  const https = config.connectionsUrl.startsWith('https:');
  const attempts = new SignInAttempts({ ...base, secrets: config.sessionSecrets, https });
  return {
    attempts,
    startSignIn: new StartSignIn(issuer, attempts, config.connectionsUrl),
    finishSignIn: new FinishSignInUseCase({ ...base, failures }, issuer),
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

async function stop(base: Foundations, sessions: BrowserSessions, failures: SignInFailures): Promise<void> {
  sessions.close();
  await failures.stop();
  await base.close();
}
