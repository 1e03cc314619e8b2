import type { Uuid } from '#libs/kernel';
import type { ConnectSessionRow } from './connect-sessions.js';
import { changed, firstRow, type Sql } from './sql.js';

/** What the person allowed. */
export interface AllowedRow {
  readonly scopes: readonly string[];
  /** Seconds until the consent ends by itself; undefined lasts until it is taken back. */
  readonly seconds: number | undefined;
}

const opener = `id = $1 AND browser_session_hash = $2 AND user_id = $3 AND status = 'open' AND expires_at > now()`;

export interface Opener {
  readonly browserSessionHash: Buffer;
  readonly userId: Uuid;
}

/** open → authorizing: only here, after the "yes", does a state come into being. True for the one who was first. */
export function startAuthorizing(
  sql: Sql,
  id: Uuid,
  by: Opener,
  step: {
    readonly allowed: AllowedRow;
    readonly stateHash: Buffer;
    readonly verifierSealed: Buffer;
    readonly lifetimeSeconds: number;
  },
): Promise<boolean> {
  return changed(
    sql,
    `UPDATE connect_sessions
        SET status = 'authorizing', consent_scopes = $4, consent_until = now() + make_interval(secs => $5),
            state_hash = $6, verifier_sealed = $7, expires_at = now() + make_interval(secs => $8)
      WHERE ${opener} RETURNING id`,
    [
      id, by.browserSessionHash, by.userId, step.allowed.scopes, step.allowed.seconds ?? null, step.stateHash,
      step.verifierSealed, step.lifetimeSeconds,
    ], // prettier-ignore
  );
}

/** How the subject is to be proven: by the code that travels with the browser, or by one that the person types. */
export interface ProofRow {
  readonly completionCodeHash: Buffer | undefined;
  readonly typedCodeHash: Buffer | undefined;
  readonly typedCodeSealed: Buffer | undefined;
  /** How long the answer is held, in seconds; never longer than the provider keeps its code. */
  readonly lifetimeSeconds: number;
}

/** open → held without a provider's round trip: the account is connected already. */
export function holdWithGrant(
  sql: Sql,
  id: Uuid,
  by: Opener,
  step: { readonly allowed: AllowedRow; readonly grantId: Uuid; readonly proof: ProofRow },
): Promise<boolean> {
  return changed(
    sql,
    `UPDATE connect_sessions
        SET status = 'held', consent_scopes = $4, consent_until = now() + make_interval(secs => $5), uses_grant_id = $6,
            completion_code_hash = $7, typed_code_hash = $8, typed_code_sealed = $9,
            expires_at = now() + make_interval(secs => $10)
      WHERE ${opener} RETURNING id`,
    [
      id, by.browserSessionHash, by.userId, step.allowed.scopes, step.allowed.seconds ?? null, step.grantId,
      ...proofValues(step.proof),
    ], // prettier-ignore
  );
}

/** authorizing → held: the state is used up by this, whoever comes second finds nothing. */
export function holdProviderCode(
  sql: Sql,
  id: Uuid,
  step: { readonly stateHash: Buffer; readonly codeSealed: Buffer; readonly proof: ProofRow },
): Promise<boolean> {
  return changed(
    sql,
    `UPDATE connect_sessions
        SET status = 'held', state_hash = NULL, code_sealed = $3, completion_code_hash = $4, typed_code_hash = $5,
            typed_code_sealed = $6, expires_at = now() + make_interval(secs => $7)
      WHERE id = $1 AND state_hash = $2 AND status = 'authorizing' AND expires_at > now() RETURNING id`,
    [id, step.stateHash, step.codeSealed, ...proofValues(step.proof)],
  );
}

function proofValues(proof: ProofRow): unknown[] {
  return [
    proof.completionCodeHash ?? null,
    proof.typedCodeHash ?? null,
    proof.typedCodeSealed ?? null,
    proof.lifetimeSeconds,
  ];
}

/** One wrong code less. Returns how many tries are left; undefined when there was none to take. */
export async function takeTry(sql: Sql, id: Uuid): Promise<number | undefined> {
  const row = await firstRow<{ left: number }>(
    sql,
    `UPDATE connect_sessions SET tries_left = tries_left - 1
      WHERE id = $1 AND status = 'held' AND tries_left > 0 RETURNING tries_left AS left`,
    [id],
  );
  return row?.left;
}

/** Whoever typed the right code has not used up a try. */
export async function giveTryBack(sql: Sql, id: Uuid): Promise<void> {
  await sql.query(`UPDATE connect_sessions SET tries_left = least(tries_left + 1, 5) WHERE id = $1`, [id]);
}

/** The old code went with the browser before the last question was asked; the one who comes back now carries this one. */
export async function replaceCompletionCode(sql: Sql, id: Uuid, completionCodeHash: Buffer): Promise<void> {
  await sql.query('UPDATE connect_sessions SET completion_code_hash = $2 WHERE id = $1', [id, completionCodeHash]);
}

/** True for the one who may send the code to the provider. */
export function claimSpending(sql: Sql, id: Uuid): Promise<boolean> {
  return changed(
    sql,
    `UPDATE connect_sessions SET spending_at = now()
      WHERE id = $1 AND status = 'held' AND spending_at IS NULL AND code_sealed IS NOT NULL AND expires_at > now()
      RETURNING id`,
    [id],
  );
}

/** Gives the claim back: the code never left. */
export async function releaseSpending(sql: Sql, id: Uuid): Promise<void> {
  await sql.query(`UPDATE connect_sessions SET spending_at = NULL WHERE id = $1 AND status = 'held'`, [id]);
}

/** Keeps what the code brought before anything else is done with it; the spent code goes. False when the session ended meanwhile. */
export function keepTokens(
  sql: Sql,
  id: Uuid,
  tokens: { readonly sealed: Buffer; readonly facts: object; readonly lifetimeSeconds: number },
): Promise<boolean> {
  return changed(
    sql,
    `UPDATE connect_sessions
        SET tokens_sealed = $2, token_facts = $3, code_sealed = NULL, verifier_sealed = NULL,
            expires_at = now() + make_interval(secs => $4)
      WHERE id = $1 AND status = 'held' RETURNING id`,
    [id, tokens.sealed, JSON.stringify(tokens.facts), tokens.lifetimeSeconds],
  );
}

/** held → confirming: it is another account than the one that was to be renewed. */
export function askToConfirm(sql: Sql, id: Uuid, facts: object, lifetimeSeconds: number): Promise<boolean> {
  return changed(
    sql,
    `UPDATE connect_sessions
        SET status = 'confirming', token_facts = $2, code_sealed = NULL, typed_code_sealed = NULL,
            expires_at = now() + make_interval(secs => $3)
      WHERE id = $1 AND status = 'held' RETURNING id`,
    [id, JSON.stringify(facts), lifetimeSeconds],
  );
}

const wiped = `state_hash = NULL, verifier_sealed = NULL, code_sealed = NULL, typed_code_sealed = NULL,
  tokens_sealed = NULL, token_facts = NULL`;

export async function finishSession(tx: Sql, id: Uuid, consentId: Uuid): Promise<boolean> {
  return changed(
    tx,
    `UPDATE connect_sessions SET status = 'completed', consent_id = $2, completed_at = now(), ${wiped}
      WHERE id = $1 AND status IN ('held', 'confirming') RETURNING id`,
    [id, consentId],
  );
}

/**
 * Ends a session without a connection and destroys what it held. True for the one who ended it. A session that got
 * tokens since it was read is left alone: only who knows of them can see to it that they are revoked.
 */
export function endSession(
  sql: Sql,
  known: Pick<ConnectSessionRow, 'id' | 'tokensSealed'>,
  end: { readonly status: 'denied' | 'failed'; readonly failure: string | undefined },
): Promise<boolean> {
  return changed(
    sql,
    `UPDATE connect_sessions SET status = $2, failure = $3, completed_at = now(), ${wiped}
      WHERE id = $1 AND status IN ('open', 'authorizing', 'held', 'confirming')
        AND tokens_sealed IS NOT DISTINCT FROM $4 RETURNING id`,
    [known.id, end.status, end.failure ?? null, known.tokensSealed],
  );
}

/** Sessions past their end that still hold something secret, for the sweep. */
export async function listOverdueSessions(sql: Sql, limit: number): Promise<Uuid[]> {
  const rows = await sql.query<{ id: Uuid }>(
    `SELECT id FROM connect_sessions
      WHERE status IN ('open', 'authorizing', 'held', 'confirming') AND expires_at < now() - interval '1 minute'
      ORDER BY expires_at LIMIT $1`,
    [limit],
  );
  return rows.map((row) => row.id);
}
