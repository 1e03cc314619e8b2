import type { Revocations } from '#libs/revocation';

/** Ended under one closing of the gate, which every hand-out waits for: few. */
const batch = 25;
/** The rest of a great many is for the next turn, so that hand-outs are never held up for long. */
const mostBatches = 20;

/** Ends consents whose time is over; what is left of their grants at the provider is found by the sweep of revocations. */
export class EndExpiredConsents {
  constructor(private readonly revocations: Revocations) {}

  async execute(): Promise<void> {
    for (let turn = 0; turn < mostBatches; turn++) {
      if ((await this.revocations.endExpired(batch)) < batch) return;
    }
  }
}
