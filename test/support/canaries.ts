import type { ExchangeWorld } from './exchange-world.js';

/** The forms in which a secret might lie about: as it is, in base64, percent-encoded, in hex, in JSON. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // Base64 of a text inside of another one depends on where it begins: the part that all three have in common.
  const shifted = [0, 1, 2].map((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return padded.slice(shift === 0 ? 0 : 4, -4);
  });
  const hex = bytes.toString('hex');
  const everyByte = hex.replace(/../g, '%$&');
  return [...new Set([secret, ...shifted, bytes.toString('base64url'), hex, everyByte, encodeURIComponent(secret)])];
}

/** Which of the secrets can be found in the text, whatever their form. Never the secret itself: its place in the list. */
export function found(secrets: readonly string[], text: string): string[] {
  const lower = text.toLowerCase();
  return secrets.flatMap((secret, at) =>
    formsOf(secret)
      .filter((form) => text.includes(form) || lower.includes(form.toLowerCase()))
      .map((form) => `secret ${at} as ${form.slice(0, 6)}… (${form.length})`),
  );
}

/** Every row of every table, as text and with its bytes as text too. */
export async function dumpOf(world: ExchangeWorld): Promise<string> {
  const tables = await world.sql<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const dumps: string[] = [];
  for (const { name } of tables) {
    const rows = await world.sql<{ row: Record<string, unknown> }>(`SELECT to_jsonb(t) AS row FROM ${name} t`);
    for (const { row } of rows) dumps.push(`${name} ${JSON.stringify(row)}`, ...bytesOf(row));
  }
  return dumps.join('\n');
}

/** What `bytea` columns hold, as text. */
function bytesOf(row: Record<string, unknown>): string[] {
  return Object.values(row)
    .filter((value): value is string => typeof value === 'string' && value.startsWith('\\x'))
    .map((value) => Buffer.from(value.slice(2), 'hex').toString('latin1'));
}
