import type { Clock } from '#libs/kernel';

export type WitnessEvent = 'code_spent' | 'refresh_token_spent' | 'token_revoked' | 'grant_revoked' | 'token_evicted';

/** One thing that happened to a code or a token, as the provider saw it. Tokens appear only as SHA-256 in hex. */
export interface WitnessEntry {
  readonly seq: number;
  /** Sandbox time, RFC 3339. */
  readonly at: string;
  readonly provider: 'github' | 'notion';
  readonly event: WitnessEvent;
  readonly outcome: 'accepted' | 'refused';
  /** Why it was refused, or who ended it. */
  readonly reason?: string | undefined;
  readonly client_id: string | null;
  readonly account: string | null;
  readonly fingerprint: string | null;
  /** Counts from 1 at the code and goes up by one with every refresh. */
  readonly generation: number | null;
  /** Fingerprints of the pair that left with the answer. */
  readonly issued?: { readonly access: string; readonly refresh: string | null } | undefined;
}

export type WitnessFilter = Partial<
  Pick<WitnessEntry, 'provider' | 'event' | 'outcome' | 'client_id' | 'account' | 'fingerprint'>
>;

/** The independent log of what clients did: only ever appended, so that a test can hold the platform's own word against it. */
export class Witness {
  readonly #entries: WitnessEntry[] = [];

  constructor(private readonly clock: Clock) {}

  record(entry: Omit<WitnessEntry, 'seq' | 'at'>): void {
    this.#entries.push(Object.freeze({ seq: this.#entries.length + 1, at: this.clock.now().toISOString(), ...entry }));
  }

  find(filter: WitnessFilter = {}, afterSeq = 0): WitnessEntry[] {
    const wanted = Object.entries(filter) as [keyof WitnessFilter, string][];
    return this.#entries.filter(
      (entry) => entry.seq > afterSeq && wanted.every(([key, value]) => entry[key] === value),
    );
  }
}
