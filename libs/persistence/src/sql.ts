/** Anything that runs one SQL statement: a database, or a transaction on it. */
export interface Sql {
  /**
   * Runs one statement and returns its rows (those of RETURNING for a write).
   * Throws the driver's error; its text must not reach a caller of the API.
   */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** The first row, where a statement returns one or none. */
export async function firstRow<Row>(sql: Sql, text: string, values: readonly unknown[]): Promise<Row | undefined> {
  const rows = await sql.query<Row>(text, values);
  return rows[0];
}

/** Whether a conditional write with RETURNING changed anything. */
export async function changed(sql: Sql, text: string, values: readonly unknown[]): Promise<boolean> {
  return (await sql.query(text, values)).length > 0;
}
