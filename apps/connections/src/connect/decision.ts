import { idPrefixes, parsePublicId } from '#libs/kernel';
import { z } from 'zod';

/** An account that is connected already, by its public id. */
const connection = z
  .string()
  .refine((text) => parsePublicId('connection', text) !== undefined, `must be an id like ${idPrefixes.connection}_…`);

/** What the form of the consent page sends. */
export const Decision = z.strictObject({
  csrf: z.string().max(100),
  decision: z.enum(['allow', 'deny', 'switch']),
  duration: z.enum(['until_revoked', 'days_30', 'once']).default('until_revoked'),
  /** `new` goes to the provider. */
  account: z.union([z.literal('new'), connection]).default('new'),
});
export type Decision = z.infer<typeof Decision>;
