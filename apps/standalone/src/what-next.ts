import { addressesOf } from './addresses.js';
import type { DemoKeys } from './demo/demo-keys.js';
import type { Installation } from './installation.js';

/** What the terminal says once everything runs. */
export function whatNext(installation: Installation, keys: DemoKeys, dataDir: string): string {
  const at = addressesOf(installation.ports);
  return `
The Token Exchanger runs.

  1. Open the example server     ${at.notes}
     Choose Mia, press "Connect GitHub", sign in as Ada (that is who Mia is on this platform), press Allow,
     then Authorize. People and accounts are invented.

  2. Hand out a token yourself (after step 1, for Mia, whom Notes calls "notes-1"):

     curl -s ${at.exchange}/token/exchange \\
       -H 'Authorization: Bearer ${keys.serverKey}' \\
       -H 'Content-Type: application/json' \\
       -d '{"user_id":"notes-1","provider":"github","purpose":"try it by hand"}'

     and use the access_token of the answer:

     curl -s ${at.githubApi}/user/repos -H 'Authorization: Bearer <access_token>'

  3. See what was handed out, to whom and why:

     curl -s '${at.exchange}/audit/events?provider=github&limit=2' \\
       -H 'Authorization: Bearer ${keys.auditorKey}'

  What a connected person sees     ${at.connections}/account
  The whole journey by itself      npm run demo   (it begins by disconnecting Mia's GitHub)
  Logs and data                    ${dataDir}
                                   The sandbox keeps nothing: after a restart its accounts have to be connected again.

Press Ctrl-C to stop.
`;
}
