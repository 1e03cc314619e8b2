import { Controller, Res, type Type } from '@nestjs/common';
import { Route } from './route.js';

export interface HealthChecks {
  /** Each resolves when its thing works and rejects when not. Names appear in the answer, causes do not. */
  readonly checks: Readonly<Record<string, () => Promise<unknown>>>;
  /** True while the app is shutting down and wants no new work. */
  readonly draining?: () => boolean;
  /** Milliseconds after which a check counts as failed; 2000 unless given. */
  readonly timeoutMs?: number;
}

interface Readiness {
  readonly status: 'ready' | 'not_ready';
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
}

const unaudited = 'says only whether the process works, and is asked every few seconds';

/** `/health/live`: the process turns. `/health/ready`: it can do its work now; otherwise 503. */
export function healthController(health: HealthChecks): Type {
  @Controller()
  class HealthController {
    @Route({ method: 'GET', path: '/health/live', audit: { unaudited } })
    live(): { status: string } {
      return { status: 'live' };
    }

    @Route({ method: 'GET', path: '/health/ready', audit: { unaudited } })
    async ready(@Res({ passthrough: true }) response: { status(code: number): unknown }): Promise<Readiness> {
      const readiness = await readinessOf(health);
      if (readiness.status === 'not_ready') response.status(503);
      return readiness;
    }
  }
  return HealthController;
}

async function readinessOf({ checks, draining, timeoutMs = 2_000 }: HealthChecks): Promise<Readiness> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await outcome(check, timeoutMs)] as const),
  );
  const ready = !draining?.() && results.every(([, result]) => result === 'ok');
  return { status: ready ? 'ready' : 'not_ready', checks: Object.fromEntries(results) };
}

async function outcome(check: () => Promise<unknown>, timeoutMs: number): Promise<'ok' | 'failed'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'failed'>((resolve) => {
    timer = setTimeout(() => resolve('failed'), timeoutMs);
  });
  const checked = (async () => check())().then(
    () => 'ok' as const,
    () => 'failed' as const,
  );
  const result = await Promise.race([checked, late]);
  clearTimeout(timer);
  return result;
}
