/** How a person came back from connecting an account. */
export type ConnectReturn =
  | {
      /** The person allowed it; call `connect.complete`. */
      readonly outcome: 'allowed';
      readonly sessionId: string;
      readonly completionCode: string;
    }
  | {
      /** `access_denied`: the person said no. Anything else: it did not work. */
      readonly outcome: 'refused';
      readonly sessionId: string | undefined;
      readonly error: string;
    };

/** Ids are shown in URLs and put into paths and cookie names, so nothing else may pass as one. */
export const isSessionId = (value: unknown): value is string =>
  typeof value === 'string' && /^cst_[A-Za-z0-9_-]{1,64}$/.test(value);

/** @returns undefined when the URL is not a return from the platform */
export function parseReturn(url: string | URL): ConnectReturn | undefined {
  const base = 'http://localhost';
  if (!URL.canParse(url, base)) return undefined;
  const query = new URL(url, base).searchParams;
  const session = query.get('connect_session');
  const sessionId = isSessionId(session) ? session : undefined;
  const error = query.get('error');
  if (error) return { outcome: 'refused', sessionId, error: /^[a-z_]{1,64}$/.test(error) ? error : 'unknown' };
  const completionCode = query.get('completion_code');
  return sessionId && completionCode ? { outcome: 'allowed', sessionId, completionCode } : undefined;
}
