import { DataSource } from 'typeorm';
import { OrganizationsAndServers1763700000001 } from './steps/01-organizations-and-servers.js';
import { RegistrationsAndKeys1763700000002 } from './steps/02-registrations-and-keys.js';
import { PeopleAndSubjects1763700000003 } from './steps/03-people-and-subjects.js';
import { ConnectionsGrantsConsents1763700000004 } from './steps/04-connections-grants-consents.js';
import { ConnectSessions1763700000005 } from './steps/05-connect-sessions.js';
import { Audit1763700000006 } from './steps/06-audit.js';
import { Rights1763700000007 } from './steps/07-rights.js';

/** Every step, in order. A step that was released is never edited: a mistake is mended by the next one. */
export const steps = [
  OrganizationsAndServers1763700000001,
  RegistrationsAndKeys1763700000002,
  PeopleAndSubjects1763700000003,
  ConnectionsGrantsConsents1763700000004,
  ConnectSessions1763700000005,
  Audit1763700000006,
  Rights1763700000007,
];

/** Connects as the owner of the schema (role `te_migrator`). */
export function migratorDataSource(url: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    migrations: steps,
    migrationsTransactionMode: 'each',
    applicationName: 'te-migrator',
  });
}
