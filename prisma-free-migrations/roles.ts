import pg from 'pg';

/** The four roles of the database. Passwords come from outside; none is ever made up here. */
export interface RolePasswords {
  readonly migrator: string;
  readonly app: string;
  readonly worker: string;
  /** Who registers servers, keys and OAuth apps. No program that can be reached over the network has it. */
  readonly operator: string;
}

/**
 * Makes the roles and an empty database owned by the migrator. Needs a superuser, or a role that may create roles and
 * databases. Repeating it changes nothing but the passwords.
 */
export async function bootstrapRoles(
  superuserUrl: string,
  options: { database: string; passwords: RolePasswords },
): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    for (const [role, password] of Object.entries(options.passwords)) await ensureRole(client, `te_${role}`, password);
    const name = client.escapeIdentifier(options.database);
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [options.database]);
    if (known.rowCount === 0)
      await client.query(`CREATE DATABASE ${name} OWNER te_migrator ENCODING 'UTF8' TEMPLATE template0`);
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${name} TO te_app, te_worker, te_operator`);
  } finally {
    await client.end();
  }
}

async function ensureRole(client: pg.Client, role: string, password: string): Promise<void> {
  const known = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const verb = known.rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(
    `${verb} ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${client.escapeLiteral(password)}`,
  );
}
