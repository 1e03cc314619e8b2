import { newId, type Uuid } from '#libs/kernel';
import { insertOrganization } from '#libs/persistence';
import { recordAct, type OperatorContext } from '../operator-context.js';

/** Makes the owner of servers; `platform` makes the one whose registrations serve everybody. */
export class CreateOrganizationUseCase {
  constructor(private readonly context: OperatorContext) {}

  async execute(organization: { readonly kind: 'platform' | 'customer'; readonly name: string }): Promise<Uuid> {
    const id = newId(this.context.clock);
    await this.context.database.transaction(async (tx) => {
      await insertOrganization(tx, { id, ...organization });
      await recordAct(tx, this.context, { kind: 'organization.created', organizationId: id });
    });
    return id;
  }
}
