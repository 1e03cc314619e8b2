export interface GithubRepo {
  readonly id: number;
  readonly name: string;
  readonly private: boolean;
  readonly description: string;
  readonly language: string;
}

export interface GithubAccount {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  /** Public address, as shown to everybody; null when the person shows none. */
  readonly publicEmail: string | null;
  readonly company: string | null;
  readonly location: string;
  readonly bio: string;
  readonly repos: readonly GithubRepo[];
}

const repo = (id: number, name: string, isPrivate: boolean, [language, description]: [string, string]): GithubRepo => ({
  id,
  name,
  private: isPrivate,
  language,
  description,
});

/** The invented people of the sandbox's GitHub. */
export const githubAccounts: readonly [GithubAccount, ...GithubAccount[]] = [
  {
    id: 70_010_001,
    login: 'ada-lindqvist',
    name: 'Ada Lindqvist',
    publicEmail: 'ada@lindqvist.example',
    company: 'Lindqvist Studio',
    location: 'Gothenburg',
    bio: 'Tide tables and type.',
    repos: [
      repo(810_001, 'tide-tables', false, ['TypeScript', 'High and low water for small harbours']),
      repo(810_002, 'letterpress', false, ['Rust', 'A typesetter that fits in a pocket']),
      repo(810_003, 'studio-books', true, ['TypeScript', 'Invoices and hours of the studio']),
      repo(810_004, 'lighthouse-notes', true, ['Markdown', 'Drafts, not for everybody']),
    ],
  },
  {
    id: 70_010_002,
    login: 'gokafor',
    name: 'Grace Okafor',
    publicEmail: null,
    company: 'Harbour Collective',
    location: 'Lagos',
    bio: 'Maps, boats, and the databases under them.',
    repos: [
      repo(820_001, 'harbour-maps', false, ['Go', 'Vector tiles of working harbours']),
      repo(820_002, 'berth-planner', true, ['Python', 'Who lies where, and until when']),
      repo(820_003, 'crew-roster', true, ['Python', 'Watches without collisions']),
    ],
  },
  {
    id: 70_010_003,
    login: 'kenji-mori',
    name: 'Kenji Mori',
    publicEmail: null,
    company: null,
    location: 'Kyoto',
    bio: 'Small tools.',
    repos: [
      repo(830_001, 'garden-sensor', false, ['C', 'Soil moisture on two coin cells']),
      repo(830_002, 'recipes', true, ['Markdown', 'Family recipes']),
    ],
  },
];

export function findAccount(login: string | undefined): GithubAccount | undefined {
  return githubAccounts.find((account) => account.login === login);
}
