// The door of identity: who is behind an event, and what is known about people.
export { announcePeople } from './changed-people.service.ts';
export { sendEntities } from './entity-outbox.store.ts';
export { countGroups, findGroupTypes, findGroups, readGroupsAfter } from './group.store.ts';
export { type GroupKey, groupId } from './group.ts';
export {
  type EnrollmentCounts,
  countEnrollments,
  countOptedIn,
  readEnrolledPeople,
} from './enrollment.query.ts';
export { distinctIdsOfPeople, eraseEnvironment, erasePeople } from './erase.store.ts';
export type { Login } from './hash-keys.service.ts';
export type { HashKeys } from './hash-keys.store.ts';
export { registerPersons } from './identity.routes.ts';
export {
  type IdentityWarning,
  type Resolution,
  type ResolvableEvent,
  derivePersonId,
  resolveEvents,
  stampEvents,
} from './identity.service.ts';
export { distinctIdsOf, lockPeople } from './identity.store.ts';
export { sendOverrides } from './outbox.store.ts';
export {
  type PersonDirectory,
  type PersonRecord,
  openPersonDirectory,
} from './person-directory.service.ts';
export { readPersonRecord } from './person-record.store.ts';
export { toPersonBody } from './person-body.routes.ts';
export { countPeople, type ScannedPerson, readPeopleAfter } from './people-scan.store.ts';
export { type PersonWithIds, findPersonIds, findPersonsById } from './person.query.ts';
