import type { LoggerService } from '@nestjs/common';
import type { Logger } from '#libs/telemetry';

/** Lets Nest complain into our log. What it merely reports (modules, mapped routes) is left out. */
export function nestLogger(logger: Logger): LoggerService {
  const fields = (message: unknown, rest: readonly unknown[]) => ({ nest: message, context: rest.at(-1) });
  return {
    log: () => undefined,
    warn: (message: unknown, ...rest: unknown[]) => logger.warn(fields(message, rest), 'nest'),
    error: (message: unknown, ...rest: unknown[]) => logger.error(fields(message, rest), 'nest'),
    fatal: (message: unknown, ...rest: unknown[]) => logger.fatal(fields(message, rest), 'nest'),
  };
}
