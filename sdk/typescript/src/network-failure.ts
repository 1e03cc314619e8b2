/** Errors that arise before a connection stands, so that nothing of the request can have reached anyone. */
const BEFORE_CONNECTION: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether bytes of the request may have left this machine. An unknown failure counts as yes. */
export function bytesMayHaveLeft(error: unknown): boolean {
  return !codes(error, 0).some((code) => BEFORE_CONNECTION.has(code));
}

/** `fetch` hides the socket's error in `cause`, and in `errors` when several addresses were tried. */
function codes(error: unknown, depth: number): readonly string[] {
  if (typeof error !== 'object' || error === null || depth > 3) return [];
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  const own = typeof code === 'string' ? [code] : [];
  const several = Array.isArray(errors) ? errors.flatMap((one) => codes(one, depth + 1)) : [];
  return [...own, ...codes(cause, depth + 1), ...several];
}
