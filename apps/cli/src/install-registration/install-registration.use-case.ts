import type { Vault } from '#libs/crypto';
import { Failure, newId, type Secret, type Uuid } from '#libs/kernel';
import { insertRegistration } from '#libs/persistence';
import { paramProblems, type ProviderCatalogue } from '#libs/providers';
import { recordAct, type OperatorContext } from '../operator-context.js';

export interface NewRegistration {
  /** The platform's organization, or a customer that brings an OAuth app of its own. */
  readonly organizationId: Uuid;
  readonly provider: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly params: Readonly<Record<string, string>>;
  /** The most that any server may be given through this registration. */
  readonly operatorCap: readonly string[];
  /** Known beforehand where the redirect address had to be registered at the provider first. */
  readonly id?: Uuid;
}

/** Installs an OAuth app that exists at a provider. Its secret is sealed before it is stored. */
export class InstallRegistrationUseCase {
  constructor(
    private readonly context: OperatorContext,
    private readonly vault: Vault,
    private readonly catalogue: ProviderCatalogue,
  ) {}

  /** Throws `invalid_target` for a provider without a definition, `invalid_request` for parameters that break its rules. */
  async execute({ clientSecret, ...registration }: NewRegistration): Promise<Uuid> {
    const definition = this.catalogue.get(registration.provider);
    if (!definition) throw new Failure('invalid_target', 'provider has no definition');
    const problems = paramProblems(definition, registration.params);
    if (problems.length > 0) throw new Failure('invalid_request', `params.${problems.join('; params.')}`);
    const id = registration.id ?? newId(this.context.clock);
    const { organizationId, provider } = registration;
    const clientSecretSealed = await this.vault.seal(clientSecret, {
      class: 'registration.client_secret',
      organizationId,
      recordId: id,
      provider,
    });
    await this.context.database.transaction(async (tx) => {
      await insertRegistration(tx, { ...registration, id, clientSecretSealed });
      const created = { organizationId, provider, registrationId: id, scopesGranted: registration.operatorCap };
      await recordAct(tx, this.context, { kind: 'registration.created', ...created });
    });
    return id;
  }
}
