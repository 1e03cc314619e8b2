import type { DataSource } from 'typeorm';

// Monthly partitions are left out: which ones there are depends on the day.
const ours = `n.nspname = 'public' AND c.relname !~ '^audit_events_([0-9]{4}_[0-9]{2}|default)' AND c.relname <> 'migrations'`;

const queries = {
  columns: `
    SELECT c.relname AS "table", a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
           || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
           || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relkind IN ('r', 'p') AND ${ours} ORDER BY c.relname, a.attnum`,
  constraints: `
    SELECT c.relname AS "table", k.conname || ': ' || pg_get_constraintdef(k.oid) AS line
      FROM pg_constraint k
      JOIN pg_class c ON c.oid = k.conrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE k.contype <> 'n' AND ${ours} ORDER BY c.relname, k.conname`,
  indexes: `
    SELECT c.relname AS "table", pg_get_indexdef(i.indexrelid) AS line
      FROM pg_index i
      JOIN pg_class c ON c.oid = i.indrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u'))
       AND ${ours} ORDER BY c.relname, line`,
  rights: `
    SELECT g.table_name AS "table", g.grantee || ': ' || string_agg(lower(g.privilege_type), ', ' ORDER BY g.privilege_type) AS line
      FROM information_schema.role_table_grants g
      JOIN pg_class c ON c.relname = g.table_name
      JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = g.table_schema
     WHERE g.grantee IN ('te_app', 'te_worker', 'te_operator') AND ${ours} GROUP BY g.table_name, g.grantee ORDER BY 1, g.grantee`,
  'rights on single columns': `
    SELECT c.relname AS "table", r.rolname || ': ' || lower(x.privilege_type) || ' of '
           || string_agg(a.attname, ', ' ORDER BY a.attname) AS line
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
     CROSS JOIN aclexplode(a.attacl) x
      JOIN pg_roles r ON r.oid = x.grantee
     WHERE r.rolname IN ('te_app', 'te_worker', 'te_operator') AND ${ours}
     GROUP BY c.relname, r.rolname, x.privilege_type ORDER BY 1, r.rolname, x.privilege_type`,
} as const;

/** The schema that is really there, as a page to read and to compare. */
export async function describeSchema(source: DataSource): Promise<string> {
  const tables = new Map<string, string[]>();
  for (const [part, query] of Object.entries(queries)) {
    const rows: { table: string; line: string }[] = await source.query(query);
    const seen = new Set<string>();
    for (const { table, line } of rows) {
      const lines = tables.get(table) ?? [];
      if (!seen.has(table)) lines.push('', `${part[0]?.toUpperCase()}${part.slice(1)}`, '');
      lines.push(`- \`${line}\``);
      seen.add(table);
      tables.set(table, lines);
    }
  }
  const chapters = [...tables]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, lines]) => `## ${name}\n${lines.join('\n')}`);
  return `# Schema\n\nMade by \`npm run migrations:check -- --write\` from a database that the migrations built; do not edit.\n\n${chapters.join('\n\n')}\n`;
}

/** Names of what is left in the schema: for the proof that going down leaves nothing behind. */
export async function whatIsLeft(source: DataSource): Promise<string[]> {
  const rows: { name: string }[] = await source.query(`
    SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relname !~ '^migrations' AND c.relname <> 'PK_8c82d7f526340ab734260ea46be'
    UNION ALL
    SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public'`);
  return rows.map((row) => row.name);
}
