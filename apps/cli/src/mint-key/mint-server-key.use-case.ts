import { mintServerKey } from '#libs/crypto';
import { newId, type Secret, type Uuid } from '#libs/kernel';
import { insertServerKey } from '#libs/persistence';
import { recordAct, type OperatorContext } from '../operator-context.js';

/** Makes a key by which a server calls. The secret is returned once and stored only as a hash. */
export class MintServerKeyUseCase {
  constructor(private readonly context: OperatorContext) {}

  async execute(server: { readonly id: Uuid; readonly organizationId: Uuid }): Promise<Secret> {
    const { secret, hash, hint } = mintServerKey(this.context.random);
    const keyId = newId(this.context.clock);
    await this.context.database.transaction(async (tx) => {
      await insertServerKey(tx, server.id, { id: keyId, secretHash: hash, hint });
      const minted = { organizationId: server.organizationId, serverId: server.id, keyId };
      await recordAct(tx, this.context, { kind: 'server.key_minted', ...minted });
    });
    return secret;
  }
}
