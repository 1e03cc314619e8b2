import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerConfig } from '#libs/config';
import { SweepConnectSessions } from '#libs/connecting';
import type { Vault } from '#libs/crypto';
import { openFoundations, type Foundations } from '#libs/foundations';
import type { Database } from '#libs/persistence';
import { Revocations } from '#libs/revocation';
import type { Logger, Metrics } from '#libs/telemetry';
import { longestDrainMs, TokenRefresher, type AttemptFact } from '#libs/token-refresh';
import { EndExpiredConsents } from './end-expired-consents/end-expired-consents.js';
import { AddAuditPartitions, PruneSessions } from './keep-house/keep-house.js';
import { Periodically } from './periodically.js';
import { RefreshDueGrant, SweepDueGrants } from './refresh-due-grants/refresh-due-grants.js';
import { RevokeUpstream, SweepRevocations } from './revoke-upstream/revoke-upstream.js';
import { WorkQueue } from './work-queue.js';

/** What the app starts and ends. */
export interface Parts {
  readonly database: Database;
  readonly vault: Vault;
  readonly metrics: Metrics;
  readonly platformId: string;
  isDraining(): boolean;
  start(): void;
  /** Takes no new work and waits for what is under way. */
  drain(): Promise<void>;
  release(): Promise<void>;
}

const statementTimeoutMs = 10_000;
const lockTimeoutMs = 2_000;
const sweepEveryMs = 2_000;
const expireEveryMs = 5_000;
const pruneEveryMs = 60_000;
const dayMs = 86_400_000;
const concurrency = 10;

export async function buildParts(
  config: WorkerConfig,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
): Promise<Parts> {
  const base = await openFoundations({ ...config, app: 'worker', statementTimeoutMs, lockTimeoutMs }, logger);
  const { database, vault, platformId } = base;
  const refresher = new TokenRefresher({ ...base, onAttempt: counter(metrics) });
  const revocations = new Revocations(base);
  const { queues, tasks } = plan(base, config, { refresher, revocations });
  let draining = false;
  return {
    database,
    vault,
    metrics,
    platformId,
    isDraining: () => draining,
    start: () => {
      for (const part of [...queues, ...tasks]) part.start();
    },
    drain: async () => {
      draining = true;
      const ended = Promise.all([
        ...tasks.map((task) => task.stop()),
        ...queues.map((queue) => queue.drain(longestDrainMs)),
        refresher.close(),
        revocations.close(),
      ]);
      await Promise.race([ended, sleep(longestDrainMs, undefined, { ref: false })]);
    },
    release: async () => {
      await Promise.all(queues.map((queue) => queue.close()));
      await base.close();
    },
  };
}

/** All the work there is, and how often each piece of it is looked for. */
function plan(
  base: Foundations,
  config: WorkerConfig,
  made: { readonly refresher: TokenRefresher; readonly revocations: Revocations },
): { queues: WorkQueue[]; tasks: Periodically[] } {
  const { database, logger, clock } = base;
  const refresh = new RefreshDueGrant(database, made.refresher, clock);
  const revoke = new RevokeUpstream(made.revocations);
  const refreshQueue = workQueue('refresh', (data) => refresh.execute(data));
  const revokeQueue = workQueue('revoke', (data) => revoke.execute(data));
  const dueGrants = new SweepDueGrants(database, refreshQueue);
  const dueRevocations = new SweepRevocations(database, revokeQueue);
  const expired = new EndExpiredConsents(made.revocations);
  const sessions = new PruneSessions(database, new SweepConnectSessions(base));
  const partitions = new AddAuditPartitions(database);
  const tasks = [
    { name: 'due grants', everyMs: sweepEveryMs, run: () => dueGrants.execute() },
    { name: 'due revocations', everyMs: sweepEveryMs, run: () => dueRevocations.execute() },
    { name: 'expired consents', everyMs: expireEveryMs, run: () => expired.execute() },
    { name: 'sessions', everyMs: pruneEveryMs, run: () => sessions.execute() },
    { name: 'audit partitions', everyMs: dayMs, run: () => partitions.execute() },
  ].map((task) => new Periodically(task, logger));
  return { queues: [refreshQueue, revokeQueue], tasks };

  function workQueue(name: string, run: (data: Readonly<Record<string, unknown>>) => Promise<void>): WorkQueue {
    return new WorkQueue(config.queue, { name, concurrency, run }, logger);
  }
}

function counter(metrics: Metrics): (fact: AttemptFact) => void {
  const attempts = metrics.counter({
    name: 'refresh_attempts_total',
    help: 'What became of attempts to refresh a grant.',
    labels: ['provider', 'because', 'outcome'],
  });
  return (fact) => attempts.inc({ ...fact });
}
