/** Where time comes from. Injected, so that tests can stop it or set it. */
export interface Clock {
  /** Wall time. Compare it only with times of the same process. */
  now(): Date;
  /** Milliseconds since some fixed point; never steps back, but stands still while the machine is suspended. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
};
