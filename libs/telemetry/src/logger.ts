import { pino } from 'pino';
import { redact } from './redact.js';
import { scrub } from './scrub.js';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Fields first, then a message that is the same for every occurrence: what varies belongs into a field. */
export interface LogMethod {
  (fields: object, message?: string): void;
  (message: string): void;
}

export interface Logger extends Readonly<Record<LogLevel, LogMethod>> {
  /** A logger that adds these fields to every line. */
  child(fields: Record<string, unknown>): Logger;
  isLevelEnabled(level: LogLevel): boolean;
}

export interface LoggerOptions {
  /** Which program writes: `exchange`, `connections`, ... */
  readonly app: string;
  readonly level: LogLevel;
  readonly environment?: string;
  /** Where lines go; standard output unless given. */
  readonly destination?: { write(line: string): void };
}

/**
 * One JSON object a line. Everything passes through `redact` before it is written, whichever way it is handed over:
 * fields, bound fields, errors and values for placeholders.
 */
export function createLogger({ app, level, environment, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { app, ...(environment ? { environment } : {}) },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (value: unknown) => value },
    formatters: {
      level: (label: string) => ({ level: label }),
    },
    hooks: { logMethod: logRedacted },
  } satisfies pino.LoggerOptions;
  return guarded(destination ? pino(options, destination) : pino(options));
}

/** A logger for those who do not want one. */
export const silentLogger: Logger = pino({ level: 'silent' });

/** pino itself stays inside: it would bind a child's fields as they are. */
function guarded(inner: pino.Logger): Logger {
  return {
    fatal: inner.fatal.bind(inner),
    error: inner.error.bind(inner),
    warn: inner.warn.bind(inner),
    info: inner.info.bind(inner),
    debug: inner.debug.bind(inner),
    trace: inner.trace.bind(inner),
    child: (fields) => guarded(inner.child(redact(fields) as Record<string, unknown>)),
    isLevelEnabled: (level) => inner.isLevelEnabled(level),
  };
}

function logRedacted(this: pino.Logger, args: unknown[], method: pino.LogFn): void {
  const [first, ...rest] = args;
  const fields = first instanceof Error ? { err: redact(first) } : redact(first);
  const words = rest.map((word) => (typeof word === 'string' ? scrub(word) : redact(word)));
  if (first instanceof Error && words.length === 0) words.push('error');
  Reflect.apply(method, this, [fields, ...words]);
}
