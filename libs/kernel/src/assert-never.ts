/** Marks a place that the compiler proves unreachable: a switch that has named every case. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${String(value)}`);
}
