import { mintAuditorKey } from '#libs/crypto';
import { newId, type Secret, type Uuid } from '#libs/kernel';
import { insertAuditorKey } from '#libs/persistence';
import { recordAct, type OperatorContext } from '../operator-context.js';

/** Makes a key by which an auditor reads the log: of one organization, or of the whole platform without one. */
export class MintAuditorKeyUseCase {
  constructor(private readonly context: OperatorContext) {}

  async execute(auditor: { readonly label: string; readonly organizationId?: Uuid }): Promise<Secret> {
    const { secret, hash, hint } = mintAuditorKey(this.context.random);
    const keyId = newId(this.context.clock);
    await this.context.database.transaction(async (tx) => {
      await insertAuditorKey(tx, auditor, { id: keyId, secretHash: hash, hint });
      const minted = { keyId, organizationId: auditor.organizationId };
      await recordAct(tx, this.context, { kind: 'auditor.key_minted', ...minted });
    });
    return secret;
  }
}
