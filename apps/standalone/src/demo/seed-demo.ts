import { join } from 'node:path';
import { createLocalKeyService, Vault } from '#libs/crypto';
import { Secret, systemClock, systemRandom, type Uuid } from '#libs/kernel';
import { BranchKeyTable, Database, findPlatformOrganization, ShredSecretTable } from '#libs/persistence';
import { builtInDefinitions, ProviderCatalogue } from '#libs/providers';
import { CreateOrganizationUseCase } from '../../../cli/src/create-organization/create-organization.use-case.js';
import { CreateServerUseCase } from '../../../cli/src/create-server/create-server.use-case.js';
import { InstallRegistrationUseCase } from '../../../cli/src/install-registration/install-registration.use-case.js';
import { MintAuditorKeyUseCase } from '../../../cli/src/mint-key/mint-auditor-key.use-case.js';
import { MintServerKeyUseCase } from '../../../cli/src/mint-key/mint-server-key.use-case.js';
import type { OperatorContext } from '../../../cli/src/operator-context.js';
import { addressesOf } from '../addresses.js';
import type { Installation } from '../installation.js';
import { githubClientId, notionClientId } from '../services/environments.js';
import { readDemoKeys, writeDemoKeys, type DemoKeys } from './demo-keys.js';

const githubScopes = ['repo', 'read:user'];
const notionCapabilities = ['read'];

export interface SeedInputs {
  /** With the operator's role. */
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly installation: Installation;
}

/**
 * Sets up what an operator would: the platform's registrations at GitHub and Notion, and an organization with the server
 * "Notes". Does nothing when that was done at an earlier start. Returns the demo's credentials.
 */
export async function seedDemo(inputs: SeedInputs): Promise<DemoKeys> {
  const database = await Database.open({
    url: inputs.databaseUrl,
    poolSize: 2,
    applicationName: 'te-seed',
    statementTimeoutMs: 10_000,
    lockTimeoutMs: 5_000,
  });
  try {
    const known = await readDemoKeys(inputs.dataDir);
    if (known) return known;
    const context: OperatorContext = { database, clock: systemClock, random: systemRandom };
    if (!(await findPlatformOrganization(database))) await installProviders(context, inputs);
    const keys = await registerNotes(context, inputs.installation);
    await writeDemoKeys(inputs.dataDir, keys);
    return keys;
  } finally {
    await database.close();
  }
}

async function installProviders(context: OperatorContext, { dataDir, installation }: SeedInputs): Promise<void> {
  const vault = new Vault({
    keyService: await createLocalKeyService(join(dataDir, 'root.key')),
    branchKeys: new BranchKeyTable(context.database),
    shredSecrets: new ShredSecretTable(context.database),
    clock: context.clock,
    random: context.random,
  });
  try {
    const organizationId = await new CreateOrganizationUseCase(context).execute({ kind: 'platform', name: 'Platform' });
    const install = new InstallRegistrationUseCase(context, vault, new ProviderCatalogue(builtInDefinitions));
    for (const registration of demoRegistrations(installation, organizationId)) await install.execute(registration);
  } finally {
    vault.close();
  }
}

function demoRegistrations(installation: Installation, organizationId: Uuid) {
  const at = addressesOf(installation.ports);
  const { github, notion } = installation.registrations;
  return [
    {
      organizationId,
      id: github.id,
      provider: 'github',
      clientId: githubClientId,
      clientSecret: new Secret(github.clientSecret),
      params: { web: at.githubWeb, api: at.githubApi },
      operatorCap: [...githubScopes, 'gist'],
    },
    {
      organizationId,
      id: notion.id,
      provider: 'notion',
      clientId: notionClientId,
      clientSecret: new Secret(notion.clientSecret),
      params: { api: at.notionApi, capabilities: notionCapabilities.join(' ') },
      operatorCap: notionCapabilities,
    },
  ];
}

async function registerNotes(context: OperatorContext, installation: Installation): Promise<DemoKeys> {
  const { notesReturn } = addressesOf(installation.ports);
  const organizationId = await new CreateOrganizationUseCase(context).execute({
    kind: 'customer',
    name: 'Notes Inc. (example)',
  });
  const id = await new CreateServerUseCase(context).execute({
    organizationId,
    name: 'Notes',
    defaultReturnUrl: notesReturn,
    returnUrls: [],
    caps: { github: githubScopes, notion: notionCapabilities },
  });
  const serverKey = await new MintServerKeyUseCase(context).execute({ id, organizationId });
  const auditorKey = await new MintAuditorKeyUseCase(context).execute({ label: 'demo auditor' });
  return { serverKey: serverKey.reveal(), auditorKey: auditorKey.reveal() };
}
