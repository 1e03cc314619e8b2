import type { Clock } from '#libs/kernel';
import { NotNow, ProviderGate } from './provider-gate.js';

class StoppedClock implements Clock {
  ms = 0;
  now = () => new Date(this.ms);
  monotonic = () => this.ms;
}

function refused(work: () => void): NotNow | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof NotNow) return error;
    throw error;
  }
}

describe('the gate in front of a provider', () => {
  it('keeps calls within their rate, and half of the budget for those who wait (F23)', () => {
    const clock = new StoppedClock();
    const gate = new ProviderGate(clock);
    let scheduled = 0;
    while (!refused(() => gate.admit('one', true))) scheduled += 1;
    expect(scheduled).toBe(20);
    let asked = 0;
    while (!refused(() => gate.admit('one', false))) asked += 1;
    expect(asked).toBe(20);
    expect(refused(() => gate.admit('two', false))).toBeUndefined();
    clock.ms += 1_000;
    asked = 0;
    while (!refused(() => gate.admit('one', false))) asked += 1;
    expect(asked).toBe(20);
  });

  it('closes after five failures, tries with one call, and opens when that succeeds', () => {
    const clock = new StoppedClock();
    const gate = new ProviderGate(clock);
    for (let failure = 0; failure < 5; failure++) {
      gate.admit('one', false);
      gate.failed('one');
    }
    expect(refused(() => gate.admit('one', false))).toMatchObject({ reason: 'circuit_open', retryAfterMs: 5_000 });
    expect(refused(() => gate.admit('two', false))).toBeUndefined();
    clock.ms += 5_000;
    expect(refused(() => gate.admit('one', false))).toBeUndefined();
    expect(refused(() => gate.admit('one', false))).toMatchObject({ reason: 'circuit_open' });
    gate.succeeded('one');
    expect(refused(() => gate.admit('one', false))).toBeUndefined();
  });

  it('does not stay closed when the call that tried it never reported back', () => {
    const clock = new StoppedClock();
    const gate = new ProviderGate(clock);
    for (let failure = 0; failure < 5; failure++) gate.failed('one');
    clock.ms += 5_000;
    gate.admit('one', false);
    clock.ms += 15_000;
    expect(refused(() => gate.admit('one', false))).toBeUndefined();
  });

  it('is quiet for as long as the provider asks, a minute at most', () => {
    const clock = new StoppedClock();
    const gate = new ProviderGate(clock);
    gate.failed('one', 3_600_000);
    expect(refused(() => gate.admit('one', false))).toMatchObject({ retryAfterMs: 60_000 });
  });
});
