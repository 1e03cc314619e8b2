import { DataSource, type QueryRunner } from 'typeorm';
import { ConnectionLost, isConnectionLoss } from './errors.js';
import type { Sql } from './sql.js';

export interface DatabaseOptions {
  /** `postgres://…` with the role of the app. */
  readonly url: string;
  /** Most connections at a time. */
  readonly poolSize: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Milliseconds after which the server ends a statement. */
  readonly statementTimeoutMs: number;
  /** Milliseconds that a statement waits for a lock. */
  readonly lockTimeoutMs: number;
}

/** The one way to PostgreSQL. Statements are written by hand in the files beside this one. */
export class Database implements Sql {
  private constructor(private readonly source: DataSource) {}

  /** Connects; throws when the database does not answer or refuses the role. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const source = new DataSource({
      type: 'postgres',
      url: options.url,
      applicationName: options.applicationName,
      poolSize: options.poolSize,
      connectTimeoutMS: 1_500,
      extra: {
        statement_timeout: options.statementTimeoutMs,
        lock_timeout: options.lockTimeoutMs,
        idle_in_transaction_session_timeout: 3_000,
        // The server's own time-outs never fire when the network is gone; this one does.
        query_timeout: options.statementTimeoutMs + 500,
        keepAlive: true,
      },
    });
    return new Database(await source.initialize());
  }

  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const runner = this.source.createQueryRunner();
    try {
      return await run<Row>(runner, text, values);
    } catch (error) {
      if (isConnectionLoss(error)) await discard(runner);
      throw error;
    } finally {
      await runner.release();
    }
  }

  /** Runs `work` between BEGIN and COMMIT (READ COMMITTED); any error rolls back and is thrown on. */
  async transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    const runner = this.source.createQueryRunner();
    try {
      await runner.startTransaction();
      const result = await work({ query: (text, values = []) => run(runner, text, values) });
      if (runner.isReleased) throw new ConnectionLost();
      await runner.commitTransaction();
      return result;
    } catch (error) {
      await (isConnectionLoss(error) ? discard(runner) : rollBack(runner));
      throw error;
    } finally {
      await runner.release();
    }
  }

  async close(): Promise<void> {
    await this.source.destroy();
  }
}

async function run<Row>(runner: QueryRunner, text: string, values: readonly unknown[]): Promise<Row[]> {
  // The driver lets go of a connection that breaks between two statements, and then only says that it is gone.
  if (runner.isReleased) throw new ConnectionLost();
  const result = await runner.query(text, [...values], true);
  return (result.records ?? []) as Row[];
}

/** The first error is the one to report. */
async function rollBack(runner: QueryRunner): Promise<void> {
  if (!runner.isTransactionActive) return;
  await runner.rollbackTransaction().catch(() => undefined);
}

/**
 * A connection that broke cannot roll back, and need not: the server does so. One that merely stopped answering would
 * go back into the pool, and let everybody wait who got it next.
 */
async function discard(runner: QueryRunner): Promise<void> {
  if (runner.isReleased) return;
  const client = (await runner.connect().catch(() => undefined)) as { end(): Promise<void> } | undefined;
  void client?.end().catch(() => undefined);
}
