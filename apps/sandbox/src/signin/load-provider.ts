import type { Provider } from 'oidc-provider';

/**
 * Loads oidc-provider without the notice that it prints on Node 20, where it works but is not supported.
 * Nothing else is printed while a module loads, so nothing else is hidden.
 */
export async function loadProvider(): Promise<typeof Provider> {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return (await import('oidc-provider')).default;
  } finally {
    console.warn = warn;
  }
}
