import type { ProviderRefusal } from '#libs/connecting';

export interface RefusalWords {
  readonly title: string;
  readonly words: readonly string[];
  readonly status: number;
}

/** What it means for the person when a provider sends them back without a code. */
export function refusalWords(refusal: ProviderRefusal, provider: string): RefusalWords {
  switch (refusal) {
    case 'access_denied':
      return {
        title: 'Not connected',
        words: [`You did not allow it at ${provider}.`, 'Nothing was connected and nothing was stored.'],
        status: 200,
      };
    case 'temporarily_unavailable':
      return {
        title: `${provider} is not available`,
        words: [`${provider} could not answer just now.`, 'Nothing was connected. Try again in a few minutes.'],
        status: 502,
      };
    case 'provider_error':
      return {
        title: 'Not connected',
        words: [
          `${provider} refused the request. This is a matter between it and us, not something you did.`,
          'Nothing was connected. If it happens again, tell whoever runs this service.',
        ],
        status: 502,
      };
  }
}

export const malformedWords: RefusalWords = {
  title: 'Not connected',
  words: ['What came back from the provider could not be understood.', 'Nothing was connected. Please start again.'],
  status: 400,
};
