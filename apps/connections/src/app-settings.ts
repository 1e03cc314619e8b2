import type { Clock, Random } from '#libs/kernel';
import type { Database } from '#libs/persistence';
import type { Logger } from '#libs/telemetry';

/** What controllers know of their surroundings. A class, so that it can be asked for by its type. */
export class AppSettings {
  readonly connectionsUrl: string;
  /** Origin of the sign-in issuer. */
  readonly signInOrigin: string;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;

  constructor(settings: AppSettings) {
    this.connectionsUrl = settings.connectionsUrl;
    this.signInOrigin = settings.signInOrigin;
    this.database = settings.database;
    this.clock = settings.clock;
    this.random = settings.random;
    this.logger = settings.logger;
  }
}
