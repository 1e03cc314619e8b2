/** SQLSTATE of a database error (PostgreSQL appendix A); undefined for errors of the connection itself. */
function sqlState(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** The server ended the connection (57P01-57P03) or never answered: whether a COMMIT took effect is not known. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const state = sqlState(error);
  return state === undefined || state.startsWith('08') || state.startsWith('57P');
}

/** One value broke a rule of its column (classes 22 and 23): other rows of the same statement may be fine. */
export function isDataError(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && (state.startsWith('22') || state.startsWith('23'));
}

export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505';
}
