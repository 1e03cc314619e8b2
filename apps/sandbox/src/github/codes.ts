import { fingerprint, randomText } from '../world/random-text.js';
import type { World } from '../world/world.js';
import type { GithubAccount } from './accounts.js';
import type { GithubApp } from './apps.js';

const lifeSeconds = 600;

export interface Code {
  readonly app: GithubApp;
  readonly account: GithubAccount;
  readonly scopes: readonly string[];
  readonly expiring: boolean;
  /** Where the code was sent. */
  readonly redirectUri: string;
  readonly challenge: string | undefined;
  readonly expiresAt: Date;
  spent: boolean;
}

export class GithubCodes {
  readonly #codes = new Map<string, Code>();

  constructor(private readonly world: Pick<World, 'clock' | 'random'>) {}

  issue(code: Omit<Code, 'expiresAt' | 'spent'>): string {
    const value = randomText(this.world.random, 20);
    this.#codes.set(fingerprint(value), { ...code, expiresAt: this.world.clock.inSeconds(lifeSeconds), spent: false });
    return value;
  }

  find(value: string): Code | undefined {
    return this.#codes.get(fingerprint(value));
  }

  expired(code: Code): boolean {
    return code.expiresAt <= this.world.clock.now();
  }
}
