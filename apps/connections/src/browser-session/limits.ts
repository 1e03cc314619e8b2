/** Signed out after so long without a request. */
export const idleLimitSeconds = 3_600;

/** Signed out after so long in any case. */
export const absoluteLimitSeconds = 12 * 3_600;
