import type { ReactElement } from 'react';
import { Page } from '../pages/page.js';
import { people } from './people.js';

const brand = 'Sandbox sign-in';

/** One button per person; no password. */
export function WhoPage({ action }: { readonly action: string }): ReactElement {
  return (
    <Page service="signin" brand={brand} title="Who are you today?">
      <p>Whoever an application takes you for, this is who you are at the Token Exchanger. Choose anyone.</p>
      <form method="post" action={action}>
        {people.map((person) => (
          <button className="person" type="submit" name="sub" value={person.sub} key={person.sub}>
            {person.name}
            <small>{person.email}</small>
          </button>
        ))}
      </form>
    </Page>
  );
}

/** `form` comes ready-made from oidc-provider and holds its own protection against forged posts. */
export function SignOutPage({ form }: { readonly form: string }): ReactElement {
  return (
    <Page service="signin" brand={brand} title="Sign out?">
      <div dangerouslySetInnerHTML={{ __html: form }} />
      <div className="actions">
        <button type="submit" form="op.logoutForm">
          Stay signed in
        </button>
        <button className="main" type="submit" form="op.logoutForm" name="logout" value="yes">
          Sign out
        </button>
      </div>
    </Page>
  );
}
