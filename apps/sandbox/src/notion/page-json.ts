import type { NotionPair } from './tokens.js';
import type { NotionPage } from './workspaces.js';

const edited = '2026-10-30T09:12:00.000Z';

function richText(text: string): Record<string, unknown> {
  return {
    type: 'text',
    text: { content: text, link: null },
    annotations: { bold: false, italic: false, strikethrough: false, underline: false, code: false, color: 'default' },
    plain_text: text,
    href: null,
  };
}

/** A page as Notion's API shows it; its text is a property, since the sandbox has no blocks. */
export function pageJson(page: NotionPage, { authorization }: NotionPair): Record<string, unknown> {
  const person = { object: 'user', id: authorization.seat.user.id };
  return {
    object: 'page',
    id: page.id,
    created_time: '2026-02-01T08:00:00.000Z',
    last_edited_time: edited,
    created_by: person,
    last_edited_by: person,
    cover: null,
    icon: null,
    parent: { type: 'workspace', workspace: true },
    archived: false,
    in_trash: false,
    is_locked: false,
    properties: {
      title: { id: 'title', type: 'title', title: [richText(page.title)] },
      Summary: { id: 'sum1', type: 'rich_text', rich_text: [richText(page.text)] },
    },
    url: `https://www.notion.so/${page.id.replaceAll('-', '')}`,
    public_url: null,
  };
}
