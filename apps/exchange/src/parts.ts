import { setTimeout as sleep } from 'node:timers/promises';
import { Callers, CountedRefusals } from '#libs/caller-auth';
import type { ExchangeConfig } from '#libs/config';
import { CompleteConnectSession, OpenConnectSession, providerFactsOf, ReadConnectSession } from '#libs/connecting';
import type { Vault } from '#libs/crypto';
import { openFoundations, type Foundations } from '#libs/foundations';
import { systemClock } from '#libs/kernel';
import { Database, isDataError } from '#libs/persistence';
import { Revocations } from '#libs/revocation';
import type { Logger, Metrics } from '#libs/telemetry';
import { longestDrainMs, TokenRefresher } from '#libs/token-refresh';
import { DecideAndRecord } from './exchange-token/decide-and-record.js';
import { ExchangeAnswers } from './exchange-token/exchange-answers.js';
import { ExchangeQuestions } from './exchange-token/exchange-questions.js';
import { ExchangeTokenUseCase } from './exchange-token/exchange-token.use-case.js';
import { HandOutMarks } from './exchange-token/hand-out-marks.js';
import { MicroBatcher } from './exchange-token/micro-batcher.js';
import { TokenOpener } from './exchange-token/token-opener.js';
import { ListConnectionsUseCase } from './list-connections/list-connections.use-case.js';
import { ListProvidersUseCase } from './list-providers/list-providers.use-case.js';
import { PersonalNotes } from './query-audit/personal-notes.js';
import { QueryAuditUseCase } from './query-audit/query-audit.use-case.js';

/** What the controllers call, and what has to be stopped in the end. */
export interface Parts {
  readonly callers: Callers;
  readonly exchangeToken: ExchangeTokenUseCase;
  readonly revocations: Revocations;
  readonly listProviders: ListProvidersUseCase;
  readonly listConnections: ListConnectionsUseCase;
  readonly openConnectSession: OpenConnectSession;
  readonly readConnectSession: ReadConnectSession;
  readonly completeConnectSession: CompleteConnectSession;
  readonly queryAudit: QueryAuditUseCase;
  readonly database: Database;
  readonly vault: Vault;
  readonly metrics: Metrics;
  readonly platformId: string;
  stop(): Promise<void>;
}

// Rows of one flush, flushes at a time, and callers that may wait before more are told to come back later.
const batching = { maxBatch: 256, maxFlushes: 2, maxWaiting: 20_000, mayBeOneBadQuestion: isDataError };
const statementTimeoutMs = 1_000;
const lockTimeoutMs = 1_000;
const auditStatementTimeoutMs = 10_000;
const markEveryMs = 5_000;
const countRefusalsEveryMs = 10_000;

export async function buildParts(
  config: ExchangeConfig,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
): Promise<Parts> {
  const base = await openFoundations({ ...config, app: 'exchange', statementTimeoutMs, lockTimeoutMs }, logger);
  const { database, vault } = base;
  const refusing = { kind: 'caller.refused', outcome: 'denied' } as const;
  const refused = new CountedRefusals<'invalid_client'>({ sql: database, clock: systemClock, logger }, refusing);
  const marks = new HandOutMarks(database, logger);
  const callers = new Callers(database, refused);
  const openConnectSession = new OpenConnectSession(base);
  const refresher = new TokenRefresher(base);
  const revocations = new Revocations(base);
  refused.start(countRefusalsEveryMs);
  marks.start(markEveryMs);
  return {
    callers,
    exchangeToken: exchangeToken(base, { callers, marks, openConnectSession, refresher }),
    revocations,
    listProviders: new ListProvidersUseCase(database, base.catalogue),
    listConnections: new ListConnectionsUseCase(database, systemClock),
    openConnectSession,
    readConnectSession: new ReadConnectSession(base),
    completeConnectSession: new CompleteConnectSession(base),
    queryAudit: await queryAudit(base),
    database,
    vault,
    metrics,
    platformId: base.platformId,
    stop: async () => {
      await untilStored(refresher, revocations);
      await Promise.all([refused.stop(), marks.stop()]);
      await base.close();
    },
  };
}

/** What a provider has answered is stored before anything else ends: nothing else here is worth as much. */
async function untilStored(...callers: readonly { close(): Promise<void> }[]): Promise<void> {
  const stored = Promise.all(callers.map((caller) => caller.close()));
  await Promise.race([stored, sleep(longestDrainMs, undefined, { ref: false })]);
}

async function queryAudit(base: Foundations): Promise<QueryAuditUseCase> {
  // Auditors have a pool of their own: a long query never waits in front of a hand-out.
  const database = await base.openPool('exchange-audit', 2, auditStatementTimeoutMs);
  return new QueryAuditUseCase(database, new PersonalNotes(database, base.vault, base.clock), base.clock);
}

function exchangeToken(
  base: Foundations,
  made: {
    readonly callers: Callers;
    readonly marks: HandOutMarks;
    readonly openConnectSession: OpenConnectSession;
    readonly refresher: TokenRefresher;
  },
): ExchangeTokenUseCase {
  const { database, vault, clock } = base;
  const recorder = new DecideAndRecord(database, vault, providerFactsOf(base.catalogue), clock);
  return new ExchangeTokenUseCase(
    made.callers,
    new ExchangeQuestions(made.callers, database, clock),
    new MicroBatcher((questions) => recorder.flush(questions), batching),
    vault,
    made.refresher,
    new ExchangeAnswers(new TokenOpener(vault, database, clock), made.openConnectSession, made.marks),
  );
}
