/** A link works for so long after it was made (design: at most ten minutes). Seconds. */
export const linkLifetime = 600;

/** A link that is about to end is not handed out a second time: the person needs time to open it. Seconds. */
export const leastLinkLife = 120;

/** A person may take so long at the provider, from the redirect to the callback. Seconds. */
export const authorizingLifetime = 600;

/** A consent that needs no provider's code is held for so long. Seconds. */
export const heldConsentLifetime = 600;

/** Tokens whose account is not known or not confirmed yet are kept for so long, then revoked. Seconds. */
export const unsettledTokensLifetime = 900;

/** A "no" stands for so long. Seconds. */
export const refusalLifetime = 86_400;

/** Seconds before a caller tries again when keys or the provider are away for a moment. */
export const shortWait = 5;

/** How long a person can allow something. Seconds; undefined lasts until it is taken back. */
export const durations = { until_revoked: undefined, days_30: 30 * 86_400, once: 3_600 } as const;

export type Duration = keyof typeof durations;
