/** Why a link, or the way back from a provider, leads nowhere. Each has a page of its own in the connections app. */
export type LinkRefusal =
  | 'unknown'
  | 'expired'
  | 'used'
  | 'other_browser'
  | 'other_person'
  | 'linked_to_other'
  | 'said_no'
  | 'state_mismatch'
  | 'too_many_grants'
  | 'grant_gone'
  | 'server_gone';

/** A person cannot go on here. Shown as a page, never as a text of a dependency. */
export class LinkRefused extends Error {
  override readonly name = 'LinkRefused';

  constructor(
    readonly reason: LinkRefusal,
    readonly details: { readonly serverName?: string | undefined; readonly accounts?: readonly CrowdedAccount[] } = {},
  ) {
    super(`connect link refused: ${reason}`);
  }
}

/** An account at which the provider allows no further authorization. */
export interface CrowdedAccount {
  readonly label: string;
  readonly count: number;
  readonly serverNames: readonly string[];
}
