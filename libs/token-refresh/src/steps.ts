import type { Uuid } from '#libs/kernel';

/** The steps of a refresh, in order. `recheck` happens inside `spend`, right before the bytes leave. */
export const refreshSteps = [
  'coalesce',
  'claim',
  'reread',
  'settle',
  'preflight',
  'intend',
  'spend',
  'recheck',
  'persist',
  'classify',
] as const;

export type RefreshStep = (typeof refreshSteps)[number];

/** Somebody who watches the steps go by, and may hold one up or end the process there. Production has none. */
export interface StepObserver {
  entering?(step: RefreshStep, grantId: Uuid): void | Promise<void>;
  leaving?(step: RefreshStep, grantId: Uuid): void | Promise<void>;
}

/** Runs the steps of one grant. */
export class Steps {
  constructor(
    private readonly observer: StepObserver | undefined,
    private readonly grantId: Uuid,
  ) {}

  /** Runs one step. A step that throws is not left. */
  async run<T>(step: RefreshStep, work: () => Promise<T>): Promise<T> {
    await this.observer?.entering?.(step, this.grantId);
    const result = await work();
    await this.observer?.leaving?.(step, this.grantId);
    return result;
  }

  /** The same for a step that may not wait: an observer's promise is not waited for either. */
  runNow(step: RefreshStep, work: () => void): void {
    void this.observer?.entering?.(step, this.grantId);
    work();
    void this.observer?.leaving?.(step, this.grantId);
  }
}
