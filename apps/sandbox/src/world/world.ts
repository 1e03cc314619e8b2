import type { Random } from '#libs/kernel';
import type { Faults } from '../control/faults.js';
import type { Witness } from '../witness/witness.js';
import type { SandboxClock } from './sandbox-clock.js';

/** What every service of the sandbox shares. One per running sandbox, so that two in one process know nothing of each other. */
export interface World {
  /** Where the sandbox answers, without a slash at the end. */
  readonly url: string;
  readonly clock: SandboxClock;
  readonly random: Random;
  readonly witness: Witness;
  readonly faults: Faults;
}
