import type { Request, Response } from 'express';
import { Secret, systemRandom, type Clock } from '#libs/kernel';
import { SignInAttempts } from './sign-in-attempt.js';

const [old, recent] = [new Secret('o'.repeat(32)), new Secret('r'.repeat(32))];
let time = Date.parse('2030-01-01T00:00:00Z');
const clock: Clock = { now: () => new Date(time), monotonic: () => time };

function attemptsWith(...secrets: Secret[]): SignInAttempts {
  return new SignInAttempts({ secrets, random: systemRandom, clock, https: false });
}

/** Begins an attempt; returns how to end it, with what a browser would send back. */
function begun(attempts: SignInAttempts): { state: string; take: (by: SignInAttempts) => unknown } {
  let cookie = '';
  const response = {
    cookie: (name: string, value: string) => void (cookie = `${name}=${value}`),
    clearCookie: () => undefined,
  } as unknown as Response;
  const { state } = attempts.begin(response, '/account');
  const request = { headers: { cookie } } as Request;
  return { state, take: (by) => by.take(request, response, state) };
}

describe('a sign-in that is under way', () => {
  it('is ended by who began it', () => {
    const attempts = attemptsWith(recent);
    const { state, take } = begun(attempts);
    expect(take(attempts)).toMatchObject({ state, returnTo: '/account' });
  });

  it('survives a new session secret as long as the old one is in the list', () => {
    const { state, take } = begun(attemptsWith(old));
    expect(take(attemptsWith(recent, old))).toMatchObject({ state });
    expect(take(attemptsWith(recent))).toBeUndefined();
  });

  it('is signed with the newest secret', () => {
    const { take } = begun(attemptsWith(recent, old));
    expect(take(attemptsWith(old))).toBeUndefined();
    expect(take(attemptsWith(recent))).toBeDefined();
  });

  it('ends after ten minutes, whatever the browser does with its cookie', () => {
    const attempts = attemptsWith(recent);
    const { take } = begun(attempts);
    time += 600_000;
    expect(take(attempts)).toBeDefined();
    time += 1_000;
    expect(take(attempts)).toBeUndefined();
  });
});
