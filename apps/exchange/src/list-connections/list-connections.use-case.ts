import { appendAudit } from '#libs/audit';
import { newId, publicId, type Clock } from '#libs/kernel';
import { listSubjectConnections, type CallingServerRow, type Sql, type SubjectConnectionRow } from '#libs/persistence';

export interface ConnectionView {
  readonly connection_id: string;
  readonly provider: string;
  readonly account: { readonly label: string; readonly avatar_url?: string };
  readonly status: 'active' | 'needs_reauth';
  /** Separated by spaces. */
  readonly scope: string;
  readonly is_default: boolean;
  /** RFC 3339: when the consent ends. */
  readonly expires_at?: string;
}

/** What one server may see of one of its users. The same empty list for a user that is unknown here. */
export class ListConnectionsUseCase {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute(caller: CallingServerRow, name: string, requestId: string): Promise<ConnectionView[]> {
    const { subject, connections } = await listSubjectConnections(this.sql, caller.serverId, name);
    await appendAudit(this.sql, {
      id: newId(this.clock),
      kind: 'connection.listed',
      outcome: 'allowed',
      actor: 'server',
      organizationId: caller.organizationId,
      serverId: caller.serverId,
      keyId: caller.keyId,
      ...subject,
      details: { count: connections.length },
      requestId,
    });
    return connections.map(view);
  }
}

function view(row: SubjectConnectionRow): ConnectionView {
  return {
    connection_id: publicId('consent', row.consentId),
    provider: row.provider,
    account: { label: row.accountLabel, ...(row.accountAvatarUrl !== null && { avatar_url: row.accountAvatarUrl }) },
    status: row.grantStatus,
    scope: row.scopes.join(' '),
    is_default: row.isDefault,
    ...(row.expiresAt && { expires_at: row.expiresAt.toISOString() }),
  };
}
