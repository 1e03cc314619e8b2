import { parseAuditorKey, parseServerKey } from '#libs/crypto';
import { findAuditor, findCallingServer, type AuditorRow, type CallingServerRow, type Sql } from '#libs/persistence';
import { bearerCredential, credentialNotInForce } from './bearer.js';
import type { CountedRefusals } from './counted-refusals.js';

/**
 * Finds out who calls. Keys are looked up by their hash, so that no comparison of secrets takes place (R52). Failures
 * are counted, not written one by one: a stranger must not be able to fill the log.
 */
export class Callers {
  constructor(
    private readonly sql: Sql,
    private readonly refused: CountedRefusals<'invalid_client'>,
  ) {}

  /** The hash by which the deciding read of an exchange finds the server. Throws `invalid_client`. */
  serverKeyHash(authorization: string | undefined): Buffer {
    const parsed = this.counted(() => parseServerKey(bearerCredential(authorization)));
    return parsed.hash;
  }

  /** Throws `invalid_client`. */
  async server(authorization: string | undefined): Promise<CallingServerRow> {
    const found = await findCallingServer(this.sql, this.serverKeyHash(authorization));
    return found ?? this.refuse();
  }

  /** Throws `invalid_client`. */
  async auditor(authorization: string | undefined): Promise<AuditorRow> {
    const { hash } = this.counted(() => parseAuditorKey(bearerCredential(authorization)));
    const found = await findAuditor(this.sql, hash);
    return found ?? this.refuse();
  }

  /** Counts and throws: for a caller whose key turned out not to be in force. */
  refuse(): never {
    this.refused.count('invalid_client');
    throw credentialNotInForce();
  }

  private counted<T>(parse: () => T | undefined): T {
    try {
      const parsed = parse();
      if (parsed !== undefined) return parsed;
    } catch (error) {
      this.refused.count('invalid_client');
      throw error;
    }
    return this.refuse();
  }
}
