import { systemClock, type Clock } from '#libs/kernel';

/** A clock that can be put forward. Codes and tokens of the sandbox live by it, so that a test need not wait eight hours. */
export class SandboxClock implements Clock {
  #aheadMs = 0;

  constructor(private readonly base: Clock = systemClock) {}

  now(): Date {
    return new Date(this.base.now().getTime() + this.#aheadMs);
  }

  monotonic(): number {
    return this.base.monotonic() + this.#aheadMs;
  }

  /** Puts the clock forward; time never goes back. */
  advance(ms: number): void {
    this.#aheadMs += Math.max(0, ms);
  }

  /** A moment in the future of this clock. */
  inSeconds(seconds: number): Date {
    return new Date(this.now().getTime() + seconds * 1000);
  }

  get aheadSeconds(): number {
    return this.#aheadMs / 1000;
  }
}
