import { z } from 'zod';

// Loose on purpose: what cannot be one of ours gets the same page as what is not one of ours.
const anything = z.string().max(200);

export const LinkPath = z.strictObject({ link: anything });
export type LinkPath = z.infer<typeof LinkPath>;

export const SessionPath = z.strictObject({ id: anything });
export type SessionPath = z.infer<typeof SessionPath>;

export const CallbackPath = z.strictObject({ registration: anything });
export type CallbackPath = z.infer<typeof CallbackPath>;

export const ActPath = z.strictObject({ act: anything });
export type ActPath = z.infer<typeof ActPath>;
