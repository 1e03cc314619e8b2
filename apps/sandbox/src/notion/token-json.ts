import { randomUuid } from '../world/random-text.js';
import type { NotionState } from './state.js';
import type { NotionMinted } from './tokens.js';
import type { NotionUser } from './workspaces.js';

/** A person as Notion's API shows one. */
export function userJson(user: NotionUser, withEmail: boolean): Record<string, unknown> {
  return {
    object: 'user',
    id: user.id,
    name: user.name,
    avatar_url: null,
    type: 'person',
    person: withEmail ? { email: user.email } : {},
  };
}

/** The answer of the token endpoint; it names neither scopes nor a lifetime. */
export function tokenJson(
  state: NotionState,
  { pair, accessToken, refreshToken }: NotionMinted,
): Record<string, unknown> {
  const { seat, botId, integration } = pair.authorization;
  return {
    access_token: accessToken,
    token_type: 'bearer',
    refresh_token: refreshToken,
    bot_id: botId,
    workspace_name: seat.workspace.name,
    workspace_icon: seat.workspace.icon,
    workspace_id: seat.workspace.id,
    owner: { type: 'user', user: userJson(seat.user, integration.capabilities.includes('read_user_with_email')) },
    duplicated_template_id: null,
    request_id: randomUuid(state.world.random),
  };
}
