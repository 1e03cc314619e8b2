import { newId, type Uuid } from '#libs/kernel';
import { closeGate, insertServer, putServerCap } from '#libs/persistence';
import { recordAct, type OperatorContext } from '../operator-context.js';

export interface NewServer {
  readonly organizationId: Uuid;
  readonly name: string;
  readonly verifiedDomain?: string;
  readonly defaultReturnUrl: string;
  readonly returnUrls: readonly string[];
  /** The most that the server may ever be given, by provider. */
  readonly caps: Readonly<Record<string, readonly string[]>>;
}

/** Registers an MCP server with its return addresses and caps. */
export class CreateServerUseCase {
  constructor(private readonly context: OperatorContext) {}

  async execute({ caps, ...server }: NewServer): Promise<Uuid> {
    const { organizationId } = server;
    const serverId = newId(this.context.clock);
    await this.context.database.transaction(async (tx) => {
      await closeGate(tx);
      await insertServer(tx, { id: serverId, ...server });
      await recordAct(tx, this.context, { kind: 'server.created', organizationId, serverId });
      for (const [provider, scopes] of Object.entries(caps)) {
        const serverCapVersion = await putServerCap(tx, serverId, provider, scopes);
        const set = { organizationId, serverId, provider, serverCapVersion, scopesGranted: scopes };
        await recordAct(tx, this.context, { kind: 'server.cap_set', ...set });
      }
    });
    return serverId;
  }
}
