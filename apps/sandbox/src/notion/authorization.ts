import type { NotionIntegration } from './integrations.js';
import type { Seat } from './workspaces.js';

/** What one person allowed one integration in one workspace. */
export interface NotionAuthorization {
  readonly integration: NotionIntegration;
  readonly seat: Seat;
  readonly botId: string;
  /** Ids of the pages that were picked last. */
  pages: readonly string[];
}
