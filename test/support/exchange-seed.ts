import { randomBytes } from 'node:crypto';
import type { Fingerprinter, Vault } from '#libs/crypto';
import { newId, publicId, Secret, type Uuid } from '#libs/kernel';
import {
  fixSubjectRegistration,
  insertGrant,
  linkSubject,
  lockSubject,
  putConnection,
  putConsent,
} from '#libs/persistence';
import { CreateOrganizationUseCase } from '../../apps/cli/src/create-organization/create-organization.use-case.js';
import { CreateServerUseCase } from '../../apps/cli/src/create-server/create-server.use-case.js';
import { MintAuditorKeyUseCase } from '../../apps/cli/src/mint-key/mint-auditor-key.use-case.js';
import { MintServerKeyUseCase } from '../../apps/cli/src/mint-key/mint-server-key.use-case.js';
import type { OperatorContext } from '../../apps/cli/src/operator-context.js';

export interface TestServer {
  readonly id: Uuid;
  readonly organizationId: Uuid;
  /** `te_sk_…` */
  readonly key: string;
}

export interface NewConnection {
  readonly server: TestServer;
  readonly provider?: 'github' | 'notion';
  /** A new person unless given. */
  readonly userId?: Uuid;
  /** The server's name of the person; made up unless given. */
  readonly subject?: string;
  readonly account?: string;
  readonly consentScopes?: readonly string[];
  /** What the token really carries; what was consented unless given. */
  readonly grantScopes?: readonly string[];
  readonly access?: string;
  /** Absent: nothing to refresh with. */
  readonly refresh?: string;
  /** `null`: unknown. Eight hours from now unless given. */
  readonly accessExpiresAt?: Date | null;
  readonly obtainedAt?: Date;
  readonly consentExpiresAt?: Date;
  /** A grant that is there already, for one more subject or server. */
  readonly grantId?: Uuid;
}

export interface TestConnection {
  readonly userId: Uuid;
  readonly subject: string;
  readonly subjectId: Uuid;
  readonly connectionRow: Uuid;
  readonly grantId: Uuid;
  readonly consentId: Uuid;
  /** As servers see it: `cns_…`. */
  readonly connectionId: string;
  readonly access: string;
  readonly refresh: string | undefined;
}

export interface SeedDeps {
  /** With the rights of the app. */
  readonly context: OperatorContext;
  /** With the rights of an operator. */
  readonly operator: OperatorContext;
  readonly vault: Vault;
  readonly fingerprinter: Fingerprinter;
  readonly platformId: Uuid;
  readonly registrations: Readonly<Record<'github' | 'notion', Uuid>>;
}

/** Puts into the database what operators and people would have put there, through the same code where there is some. */
export class ExchangeSeed {
  /** Every secret that was made: none of them may turn up where it does not belong. */
  readonly secrets: string[] = [];

  constructor(private readonly deps: SeedDeps) {}

  organization(name = 'Customer'): Promise<Uuid> {
    return new CreateOrganizationUseCase(this.deps.operator).execute({ kind: 'customer', name });
  }

  async server(caps?: Readonly<Record<string, readonly string[]>>, organizationId?: Uuid): Promise<TestServer> {
    const owner = organizationId ?? (await this.organization());
    const id = await new CreateServerUseCase(this.deps.operator).execute({
      organizationId: owner,
      name: 'Server',
      defaultReturnUrl: 'http://localhost:4999/back',
      returnUrls: [],
      caps: caps ?? { github: ['repo', 'read:user'], notion: ['read'] },
    });
    return { id, organizationId: owner, key: await this.serverKey({ id, organizationId: owner }) };
  }

  async serverKey(server: Pick<TestServer, 'id' | 'organizationId'>): Promise<string> {
    return this.kept(await new MintServerKeyUseCase(this.deps.operator).execute(server));
  }

  async auditorKey(organizationId?: Uuid): Promise<string> {
    const auditor = { label: 'auditor', ...(organizationId && { organizationId }) };
    return this.kept(await new MintAuditorKeyUseCase(this.deps.operator).execute(auditor));
  }

  async user(): Promise<Uuid> {
    const id = newId();
    await this.deps.context.database.query('INSERT INTO users (id, display_name) VALUES ($1, $2)', [id, 'Someone']);
    return id;
  }

  /** A token as a provider would make it, remembered as a canary. */
  token(prefix = 'gho'): string {
    const token = `${prefix}_Canary${randomBytes(18).toString('hex')}`;
    this.secrets.push(token);
    return token;
  }

  async connect(wanted: NewConnection): Promise<TestConnection> {
    const { server, provider = 'github', consentScopes = ['read:user'] } = wanted;
    const userId = wanted.userId ?? (await this.user());
    const subject = wanted.subject ?? `user-${randomBytes(6).toString('hex')}`;
    const access = wanted.access ?? this.token();
    const { database } = this.deps.context;
    const grant = wanted.grantId ? undefined : await this.sealed({ ...wanted, provider, access }, userId);
    return await database.transaction(async (tx) => {
      const row = await lockSubject(tx, newId(), server.id, subject);
      if (row.userId === null) await linkSubject(tx, row.id, userId);
      const registrationId = this.deps.registrations[provider];
      await fixSubjectRegistration(tx, { subjectId: row.id, provider, registrationId });
      const account = wanted.account ?? `account-${randomBytes(4).toString('hex')}`;
      const { id: connectionRow } = await putConnection(tx, newId(), {
        userId, registrationId, provider, accountKey: account, accountLabel: account, accountAvatarUrl: undefined,
      }); // prettier-ignore
      const perServer = provider === 'github' ? server.id : undefined;
      if (grant) await insertGrant(tx, { ...grant, connectionId: connectionRow, serverId: perServer });
      const grantId = wanted.grantId ?? grant!.id;
      const expiresAt = wanted.consentExpiresAt ?? null;
      const terms = {
        userId,
        serverId: server.id,
        subjectId: row.id,
        grantId,
        provider,
        scopes: consentScopes,
        expiresAt,
      };
      const { id: consentId } = await putConsent(tx, newId(), terms);
      const connectionId = publicId('consent', consentId);
      return {
        userId,
        subject,
        subjectId: row.id,
        connectionRow,
        grantId,
        consentId,
        connectionId,
        access,
        refresh: wanted.refresh,
      };
    });
  }

  private async sealed(wanted: NewConnection & { provider: string; access: string }, userId: Uuid) {
    const { vault, fingerprinter, platformId } = this.deps;
    const id = newId();
    const place = { organizationId: platformId, userId, recordId: id, provider: wanted.provider, generation: 1 };
    const token = new Secret(wanted.access);
    const { value, version } = fingerprinter.fingerprint(token);
    return {
      id,
      accessTokenSealed: await vault.seal(token, { class: 'grant.access_token', ...place }),
      refreshTokenSealed:
        wanted.refresh === undefined
          ? undefined
          : await vault.seal(new Secret(wanted.refresh), { class: 'grant.refresh_token', ...place }),
      accessFingerprint: value,
      fingerprintVersion: version,
      scopes: wanted.grantScopes ?? wanted.consentScopes ?? ['read:user'],
      scopesInferred: false,
      obtainedAt: wanted.obtainedAt ?? new Date(Date.now() - 3_600_000),
      accessExpiresAt: wanted.accessExpiresAt === null ? undefined : (wanted.accessExpiresAt ?? inHours(8)),
      refreshExpiresAt: undefined,
      refreshDueAt: undefined,
    };
  }

  private kept(secret: Secret): string {
    this.secrets.push(secret.reveal());
    return secret.reveal();
  }
}

export function inHours(hours: number): Date {
  return new Date(Date.now() + hours * 3_600_000);
}
