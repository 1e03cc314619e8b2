import type { Uuid } from '#libs/kernel';
import { firstRow, type Sql } from './sql.js';

export interface BranchKeyRow {
  readonly organizationId: Uuid;
  readonly version: number;
  readonly wrapped: Buffer;
  readonly state: 'active' | 'decrypt_only';
}

const branchKey = 'organization_id AS "organizationId", version, wrapped, state';

/** Wrapped branch keys, one active version per organization. */
export class BranchKeyTable {
  constructor(private readonly sql: Sql) {}

  active(organizationId: Uuid): Promise<BranchKeyRow | undefined> {
    return firstRow(this.sql, `SELECT ${branchKey} FROM branch_keys WHERE organization_id = $1 AND state = 'active'`, [
      organizationId,
    ]);
  }

  find(organizationId: Uuid, version: number): Promise<BranchKeyRow | undefined> {
    return firstRow(
      this.sql,
      `SELECT ${branchKey} FROM branch_keys WHERE organization_id = $1 AND version = $2 AND state <> 'destroyed'`,
      [organizationId, version],
    );
  }

  /** Does nothing when the organization has a key already: whoever comes second uses the first one's. */
  async insertFirst(record: BranchKeyRow): Promise<void> {
    await this.sql.query(
      `INSERT INTO branch_keys (organization_id, version, wrapped, state) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [record.organizationId, record.version, record.wrapped, record.state],
    );
  }
}

/** One sealed secret per person and organization; deleting it erases. */
export class ShredSecretTable {
  constructor(private readonly sql: Sql) {}

  async find(userId: Uuid, organizationId: Uuid): Promise<Buffer | undefined> {
    const row = await firstRow<{ wrapped: Buffer }>(
      this.sql,
      'SELECT wrapped FROM shred_secrets WHERE user_id = $1 AND organization_id = $2',
      [userId, organizationId],
    );
    return row?.wrapped;
  }

  async insertIfAbsent(userId: Uuid, organizationId: Uuid, wrapped: Buffer): Promise<void> {
    await this.sql.query(
      'INSERT INTO shred_secrets (user_id, organization_id, wrapped) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [userId, organizationId, wrapped],
    );
  }
}

/** Sealed keys of the token fingerprints, all versions kept. */
export class FingerprintKeyTable {
  constructor(private readonly sql: Sql) {}

  list(): Promise<{ version: number; sealed: Buffer }[]> {
    return this.sql.query('SELECT version, sealed FROM fingerprint_keys ORDER BY version', []);
  }

  async insertFirst(version: number, sealed: Buffer): Promise<void> {
    await this.sql.query('INSERT INTO fingerprint_keys (version, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      version,
      sealed,
    ]);
  }
}
