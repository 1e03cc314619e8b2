export interface NotionUser {
  readonly id: string;
  /** Short name for the switches. */
  readonly handle: string;
  readonly name: string;
  readonly email: string;
}

export interface NotionPage {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface Workspace {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly icon: string;
  readonly members: readonly NotionUser[];
  readonly pages: readonly NotionPage[];
}

const uuid = (kind: string, number: number): string => `${kind}c0de-0000-4000-8000-${String(number).padStart(12, '0')}`;

const ada: NotionUser = { id: uuid('a5e2', 1), handle: 'ada', name: 'Ada Lindqvist', email: 'ada@lindqvist.example' };
const grace: NotionUser = {
  id: uuid('a5e2', 2),
  handle: 'grace',
  name: 'Grace Okafor',
  email: 'grace@harbour.example',
};
const kenji: NotionUser = { id: uuid('a5e2', 3), handle: 'kenji', name: 'Kenji Mori', email: 'kenji@mori.example' };

const page = (number: number, title: string, text: string): NotionPage => ({ id: uuid('9a6e', number), title, text });

/** The invented workspaces; Ada is in two, and the second one is shared by all three. */
export const workspaces: readonly Workspace[] = [
  {
    id: uuid('3b1c', 1),
    handle: 'studio',
    name: 'Lindqvist Studio',
    icon: '⚓',
    members: [ada],
    pages: [
      page(101, 'Reading list', 'Tide prediction before computers; the shape of Gothenburg type.'),
      page(102, 'Client meetings', 'Tuesday: harbour office. Thursday: the ferry company.'),
      page(103, 'Private diary', 'Nothing that a program should read.'),
    ],
  },
  {
    id: uuid('3b1c', 2),
    handle: 'harbour',
    name: 'Harbour Collective',
    icon: '🗺️',
    members: [ada, grace, kenji],
    pages: [
      page(201, 'Roadmap', 'Spring: tide tables. Summer: berth planner. Autumn: rest.'),
      page(202, 'Minutes of the assembly', 'We agreed to paint the crane.'),
    ],
  },
  {
    id: uuid('3b1c', 3),
    handle: 'mori',
    name: 'Mori Garden',
    icon: '🌿',
    members: [kenji],
    pages: [
      page(301, 'Planting plan', 'Shiso in May, daikon in September.'),
      page(302, 'Sensor log', 'All beds moist.'),
    ],
  },
];

export interface Seat {
  readonly workspace: Workspace;
  readonly user: NotionUser;
}

/** Everybody in every workspace that they belong to. */
export const seats: readonly Seat[] = workspaces.flatMap((workspace) =>
  workspace.members.map((user) => ({ workspace, user })),
);

export function seatName({ workspace, user }: Seat): string {
  return `${user.handle}@${workspace.handle}`;
}

export function findSeat(name: string | undefined): Seat | undefined {
  return seats.find((seat) => seatName(seat) === name);
}
