import { startSandbox } from './sandbox.js';
import { readSettings } from './settings.js';

try {
  const sandbox = await startSandbox(readSettings());
  console.log(`sandbox ready: ${sandbox.url}`);
  let closing = false;
  const stop = (): void => {
    if (closing) return;
    closing = true;
    void sandbox.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
} catch (error) {
  console.error(error instanceof Error ? error.message : 'The sandbox cannot start.');
  process.exitCode = 1;
}
