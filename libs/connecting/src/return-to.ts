/** Adds parameters to a registered address, leaving what is there as it is. */
export function returnTo(returnUrl: string, params: Readonly<Record<string, string>>): string {
  const url = new URL(returnUrl);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}
