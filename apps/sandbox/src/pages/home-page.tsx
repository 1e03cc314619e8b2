import type { ReactElement } from 'react';
import { Page } from './page.js';

const places: readonly (readonly [string, string])[] = [
  ['/github', 'GitHub: sign-in pages and token endpoint'],
  ['/github-api', 'GitHub: REST API'],
  ['/notion', 'Notion: OAuth and API'],
  ['/signin', 'OpenID Connect issuer'],
  ['/control', 'Switches and faults'],
  ['/witness', 'What clients did with codes and refresh tokens'],
];

export function HomePage({ url }: { readonly url: string }): ReactElement {
  return (
    <Page service="signin" brand="Sandbox" title="The outside world, on this machine">
      <ul>
        {places.map(([path, what]) => (
          <li key={path}>
            <code>{url + path}</code>
            <br />
            <small>{what}</small>
          </li>
        ))}
      </ul>
    </Page>
  );
}
