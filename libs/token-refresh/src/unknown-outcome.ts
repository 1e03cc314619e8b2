import type { Life, ProviderDefinition } from '#libs/providers';

/** A refresh token that may have been spent: its answer was lost, or its holder died. */
export interface UnknownOutcome {
  readonly refresh: Pick<
    NonNullable<ProviderDefinition['refresh']>,
    'rotation' | 'graceSeconds' | 'accessTokenDiesOnRefresh' | 'reuseRevokesFamily'
  >;
  /** How long it has been unknown at most, in milliseconds. */
  readonly ageMs: number;
  /** The longest that the next call may take, in milliseconds: it must arrive within the grace. */
  readonly deadlineMs: number;
  /** Known to be past its end, so that its death proves nothing. */
  readonly accessExpired: boolean;
}

/** `wait` serves the old access token as long as it lives; `give_up` asks the person to reconnect. */
export type Settlement = 'spend' | 'probe' | 'wait' | 'give_up';

/**
 * What to do first. A refresh token is sent again where that can cost nothing: it is not rotated, the provider forgives
 * repetition for a while, or it merely refuses it. Where it answers repetition by revoking the whole authorization, a
 * pair may be on its way to us that a repetition would kill: the old access token is asked first.
 */
export function settleUnknown({ refresh, ageMs, deadlineMs }: UnknownOutcome): Settlement {
  if (refresh.rotation !== 'rotating' || !refresh.reuseRevokesFamily) return 'spend';
  return ageMs + deadlineMs < refresh.graceSeconds * 1000 ? 'spend' : 'probe';
}

/** What to do when the old access token was asked before a repetition. */
export function settleAfterProbe({ refresh, accessExpired }: UnknownOutcome, life: Life): Settlement {
  if (life === 'unknown') return 'wait';
  // Documented to die at the refresh: its life proves that there was none, its early death that there was.
  if (life === 'alive') return refresh.accessTokenDiesOnRefresh ? 'spend' : 'wait';
  return refresh.accessTokenDiesOnRefresh && !accessExpired ? 'give_up' : 'spend';
}

/** What to do when the repetition was refused: as long as the old access token lives, nothing is lost yet. */
export function settleAfterRefusal(life: Life): Settlement {
  return life === 'dead' ? 'give_up' : 'wait';
}
