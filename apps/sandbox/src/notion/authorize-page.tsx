import type { ReactElement } from 'react';
import { Page } from '../pages/page.js';
import { seatName, seats, type Seat } from './workspaces.js';

const brand = 'Sandbox Notion';
const action = '/notion/v1/oauth/authorize';

interface Props {
  readonly requestId: string;
  readonly app: string;
}

/** First step: who you are, and in which workspace. */
export function WorkspacePage({ requestId, app }: Props): ReactElement {
  return (
    <Page service="notion" brand={brand} title={`${app} wants to use your Notion`}>
      <form method="post" action={action}>
        <input type="hidden" name="request" value={requestId} />
        <fieldset>
          <legend>Continue as</legend>
          {seats.map((seat, index) => (
            <label className="choice" key={seatName(seat)}>
              <input type="radio" name="seat" value={seatName(seat)} required defaultChecked={index === 0} />
              <span>
                <b>
                  {seat.user.name} in {seat.workspace.icon} {seat.workspace.name}
                </b>
                <small>{seat.user.email}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <Buttons go="Select pages" decision="workspace" />
      </form>
    </Page>
  );
}

/** Second step: the page picker. */
export function PagesPage({ requestId, app, seat }: Props & { readonly seat: Seat }): ReactElement {
  return (
    <Page service="notion" brand={brand} title={`Which pages may ${app} use?`}>
      <form method="post" action={action}>
        <input type="hidden" name="request" value={requestId} />
        <input type="hidden" name="seat" value={seatName(seat)} />
        <fieldset>
          <legend>
            Pages of {seat.workspace.icon} {seat.workspace.name}
          </legend>
          {seat.workspace.pages.map((page, index) => (
            <label className="choice" key={page.id}>
              <input type="checkbox" name="page" value={page.id} defaultChecked={index === 0} />
              <span>
                <b>{page.title}</b>
              </span>
            </label>
          ))}
        </fieldset>
        <Buttons go="Allow access" decision="allow" />
      </form>
    </Page>
  );
}

function Buttons({ go, decision }: { readonly go: string; readonly decision: string }): ReactElement {
  return (
    <div className="actions">
      <button type="submit" name="decision" value="cancel" formNoValidate>
        Cancel
      </button>
      <button className="main" type="submit" name="decision" value={decision}>
        {go}
      </button>
    </div>
  );
}
