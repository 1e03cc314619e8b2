import { types } from 'node:util';

/** The connection was gone before a statement could be sent on it. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';

  constructor() {
    super('the connection to the database broke between two statements');
  }
}

/** Errors of Node's own parts are not `instanceof` the Error of another realm, as there are in test runners. */
function isError(error: unknown): error is Error {
  return error instanceof Error || types.isNativeError(error);
}

/** SQLSTATE of a database error (PostgreSQL appendix A); undefined for errors of the connection itself. */
function sqlState(error: unknown): string | undefined {
  const code: unknown = isError(error) ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

// The driver has no error classes for these; its own words and the codes of the socket are all there is.
const driverSays =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|timeout expired|Client has encountered)/;
const socketCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH']);

/** The connection broke or never came about: whether a COMMIT took effect is not known. */
export function isConnectionLoss(error: unknown): boolean {
  if (!isError(error)) return false;
  if (error instanceof ConnectionLost) return true;
  const state = sqlState(error);
  if (state !== undefined && (state.startsWith('08') || state.startsWith('57P'))) return true;
  const code: unknown = (error as { code?: unknown }).code;
  return (typeof code === 'string' && socketCodes.has(code)) || driverSays.test(error.message);
}

/** One value broke a rule of its column (classes 22 and 23): other rows of the same statement may be fine. */
export function isDataError(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && (state.startsWith('22') || state.startsWith('23'));
}

/**
 * The database cannot do its work now, whatever the statement: away, out of space or connections (class 53), read-only,
 * a right withdrawn, a lock or a statement that took too long, a deadlock or serialization failure (class 40).
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (isConnectionLoss(error)) return true;
  const state = sqlState(error);
  return state !== undefined && /^(53...|58...|40...|25006|42501|55P03|57014)$/.test(state);
}
