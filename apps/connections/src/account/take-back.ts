import { Failure, parsePublicId, type Uuid } from '#libs/kernel';
import type { RevocationResult, Revocations, RevokedBy } from '#libs/revocation';
import type { LiftRefusal } from './lift-refusal.js';

/** What a person takes back on their own page. Answers in words what that means for tokens that are out. */
export class TakeBack {
  constructor(
    private readonly revocations: Revocations,
    private readonly lifting: LiftRefusal,
  ) {}

  /** @throws Failure `not_found`, `invalid_request` */
  async execute(act: string, id: string, userId: Uuid, requestId: string): Promise<string[]> {
    const by: RevokedBy = { actor: 'user', requestId };
    switch (act) {
      case 'end-consent':
        return aftermath(
          'The tool is cut off. It gets no token any more.',
          await this.revocations.endConsent({ userId, consentId: known('consent', id) }, by),
        );
      case 'disconnect':
        return aftermath(
          'The account is disconnected. No tool gets a token of it any more.',
          await this.revocations.disconnect({ userId, connectionId: known('connection', id) }, by),
        );
      case 'unlink':
        return aftermath(
          'You are unlinked. What the tool could use of yours has ended.',
          await this.revocations.unlinkSubject({ userId, subjectId: uuid(id) }, by),
        );
      case 'lift-refusal':
        return await this.lift(id, userId, by);
      default:
        throw new Failure('not_found', 'There is no such action.');
    }
  }

  private async lift(id: string, userId: Uuid, by: RevokedBy): Promise<string[]> {
    const [subjectId = '', provider = ''] = id.split(' ');
    await this.lifting.execute({ subjectId: uuid(subjectId), provider: slug(provider), userId }, by);
    return ['The tool may ask you again.'];
  }
}

function aftermath(done: string, { upstream, tokenLivesUntil }: RevocationResult): string[] {
  const until = tokenLivesUntil && `${tokenLivesUntil.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  switch (upstream) {
    case 'revoked':
      return [done, 'Tokens that were out are dead.'];
    case 'pending':
      return [done, 'A token that is out is being ended at the provider; we go on trying until it is.'];
    case 'unsupported':
      return [
        done,
        until
          ? `A token that is out may still work until ${until}: it cannot be ended at the provider.`
          : 'If a token is still out, it cannot be ended at the provider, and it is not known when it ends.',
      ];
  }
}

function known(kind: 'consent' | 'connection', text: string): Uuid {
  const id = parsePublicId(kind, text);
  if (id === undefined) throw new Failure('not_found', 'There is none with this id.');
  return id;
}

function uuid(text: string): Uuid {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text))
    throw new Failure('not_found', 'There is none with this id.');
  return text;
}

function slug(text: string): string {
  if (!/^[a-z][a-z0-9-]{1,31}$/.test(text)) throw new Failure('not_found', 'There is none with this id.');
  return text;
}
