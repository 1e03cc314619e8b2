import { z } from 'zod';

export const capabilities = [
  'read_content',
  'insert_content',
  'update_content',
  'read_user_with_email',
  'read_user_without_email',
] as const;

export const notionIntegrationSpec = z.strictObject({
  name: z.string().min(1).max(80).default('Token Exchanger'),
  clientId: z.string().min(1).max(80),
  clientSecret: z.string().min(16),
  redirectUris: z.array(z.url({ protocol: /^https?$/ })).min(1),
  /** Set once for the integration; Notion has no scopes. */
  capabilities: z
    .array(z.enum(capabilities))
    .default(['read_content', 'insert_content', 'update_content', 'read_user_with_email']),
});

/** A public integration registered at the sandbox's Notion. */
export type NotionIntegration = z.infer<typeof notionIntegrationSpec>;
