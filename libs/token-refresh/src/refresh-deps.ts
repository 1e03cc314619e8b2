import type { Fingerprinter, Vault } from '#libs/crypto';
import type { Clock, Random, Uuid } from '#libs/kernel';
import type { Database, RefreshGrantRow } from '#libs/persistence';
import type { ProviderCatalogue, ProviderClient } from '#libs/providers';
import type { Logger } from '#libs/telemetry';
import type { ProviderGate } from './provider-gate.js';
import type { RefreshReason } from './refresh-call.js';
import type { RefreshTimes } from './refresh-times.js';
import type { RejectedLimit } from './rejected-limit.js';
import type { StepObserver } from './steps.js';

export interface TokenRefresherDeps {
  readonly database: Database;
  readonly vault: Vault;
  readonly fingerprinter: Fingerprinter;
  readonly catalogue: ProviderCatalogue;
  readonly providers: ProviderClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The redirect address of a registration, for providers that want to see it at a refresh too. */
  readonly redirectUri: (registrationId: Uuid) => string;
  readonly times?: RefreshTimes;
  readonly steps?: StepObserver;
  /** Counts what became of attempts; `outcome` is one of few words. */
  readonly onAttempt?: (fact: AttemptFact) => void;
}

export interface AttemptFact {
  readonly provider: string;
  readonly because: RefreshReason;
  readonly outcome:
    'refreshed' | 'late' | 'superseded' | 'discarded' | 'needs_reauth' | 'unknown' | 'operator' | 'transient';
}

/** The same with everything filled in, as the steps use it. */
export interface RefreshDeps extends Omit<TokenRefresherDeps, 'steps' | 'times' | 'onAttempt'> {
  readonly times: RefreshTimes;
  readonly gate: ProviderGate;
  readonly rejected: RejectedLimit;
  /** Counts what became of this attempt. */
  readonly note: (grant: RefreshGrantRow, outcome: AttemptFact['outcome']) => void;
}
