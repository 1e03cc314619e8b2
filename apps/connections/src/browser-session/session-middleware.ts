import connectPgSimple from 'connect-pg-simple';
import type { RequestHandler } from 'express';
import session from 'express-session';
import type { ConnectionsConfig } from '#libs/config';
import type { Logger } from '#libs/telemetry';
import { idleLimitSeconds } from './limits.js';

declare module 'express-session' {
  interface SessionData {
    /** Who is signed in. Nothing secret is ever put in here: the row is plain text. */
    userId: string;
    /** When, by our clock, in milliseconds since 1970. */
    signedInAt: number;
  }
}

export interface BrowserSessions {
  readonly middleware: RequestHandler;
  close(): void;
}

/**
 * Who is signed in, in a row of PostgreSQL. The row's key comes back in a signed cookie: without our secret, whoever
 * reads the table cannot make one. `__Host-` keeps the cookie to this very host, over https.
 */
export function browserSessions(config: ConnectionsConfig, logger: Logger): BrowserSessions {
  const https = config.connectionsUrl.startsWith('https:');
  const Store = connectPgSimple(session);
  const store = new Store({
    conObject: { connectionString: config.database.url.reveal(), max: 4, application_name: 'te-connections-sessions' },
    tableName: 'browser_sessions',
    // The worker prunes; a timer in every replica would only repeat it.
    pruneSessionInterval: false,
    errorLog: (...args: unknown[]) => logger.error({ err: args.at(-1) }, 'browser session store'),
  });
  const middleware = session({
    store,
    secret: config.sessionSecrets.map((secret) => secret.reveal()),
    name: https ? '__Host-te_session' : 'te_session',
    resave: false,
    saveUninitialized: false,
    rolling: true,
    // TLS ends at a proxy in front of us: with an https address there is no other way in.
    ...(https ? { proxy: true } : {}),
    cookie: { httpOnly: true, secure: https, sameSite: 'lax', path: '/', maxAge: idleLimitSeconds * 1000 },
  });
  return { middleware, close: () => store.close() };
}
