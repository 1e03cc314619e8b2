import type {
  AccountAccessRow,
  Database,
  LinkedSubjectRow,
  RecentEventRow,
  StandingRefusalRow,
} from '#libs/persistence';
import { listAccountAccess, listLinkedSubjects, listRecentEvents, listRefusals } from '#libs/persistence';
import { describeScope, type ProviderCatalogue } from '#libs/providers';
import { eventWords } from './event-words.js';

/** One server that may use one account. */
export interface ServerAccess {
  readonly consentId: string;
  readonly serverName: string;
  readonly organizationName: string;
  readonly may: readonly string[];
  readonly needsReconnect: boolean;
  readonly allowedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly lastHandOutAt: Date | null;
}

export interface ConnectedAccount {
  readonly connectionId: string;
  readonly providerName: string;
  readonly label: string;
  readonly connectedAt: Date;
  readonly servers: readonly ServerAccess[];
}

export interface AccountView {
  readonly accounts: readonly ConnectedAccount[];
  readonly subjects: readonly LinkedSubjectRow[];
  readonly refusals: readonly StandingRefusalRow[];
  readonly recent: readonly { readonly id: string; readonly at: Date; readonly says: string }[];
}

const recentLimit = 30;

/** Everything that a person has here, read for their own page. */
export async function readAccountView(
  database: Database,
  catalogue: ProviderCatalogue,
  userId: string,
): Promise<AccountView> {
  const [access, subjects, refusals, recent] = await Promise.all([
    listAccountAccess(database, userId),
    listLinkedSubjects(database, userId),
    listRefusals(database, userId),
    listRecentEvents(database, userId, recentLimit),
  ]);
  const nameOf = (slug: string) => catalogue.get(slug)?.name ?? slug;
  return {
    accounts: groupByAccount(access, catalogue),
    subjects,
    refusals: refusals.map((refusal) => ({ ...refusal, providerName: nameOf(refusal.provider) })),
    recent: recent.map((event) => said(event, nameOf)),
  };
}

function said(event: RecentEventRow, nameOf: (slug: string) => string) {
  return { id: event.id, at: event.at, says: eventWords(event, event.provider ? nameOf(event.provider) : 'a service') };
}

function groupByAccount(rows: readonly AccountAccessRow[], catalogue: ProviderCatalogue): ConnectedAccount[] {
  const accounts = new Map<string, ConnectedAccount & { servers: ServerAccess[] }>();
  for (const row of rows) {
    const definition = catalogue.get(row.provider);
    const account = accounts.get(row.connectionId) ?? {
      connectionId: row.connectionId,
      providerName: definition?.name ?? row.provider,
      label: row.accountLabel,
      connectedAt: row.connectedAt,
      servers: [],
    };
    accounts.set(row.connectionId, account);
    if (row.consentId === null) continue;
    account.servers.push({
      consentId: row.consentId,
      serverName: row.serverName ?? 'a server',
      organizationName: row.organizationName ?? '',
      may: (row.scopes ?? []).map((scope) => (definition ? describeScope(definition, scope).says : scope)),
      needsReconnect: row.grantStatus === 'needs_reauth',
      allowedAt: row.allowedAt,
      expiresAt: row.expiresAt,
      lastHandOutAt: row.lastHandOutAt,
    });
  }
  return [...accounts.values()];
}
