import type { Sql } from './sql.js';

// Any fixed number will do, as long as nothing else in this database locks on it.
const gateKey = 7_401_001;

/**
 * Taken by every flush that decides hand-outs and writes their audit rows, as a statement of its own: the statements
 * after it see everything that was committed under the exclusive side. Held until the transaction ends.
 */
export async function passGate(tx: Sql): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock_shared($1)', [gateKey]);
}

/**
 * Taken by whatever takes access away: revoke, narrow, a lower cap, a disabled key or server. When it is granted, every
 * flush that decided earlier has committed, and every later one will see this transaction. Keep that transaction short.
 */
export async function closeGate(tx: Sql): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [gateKey]);
}
