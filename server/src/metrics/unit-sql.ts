// Who is compared: people, or groups of a type (companies, teams). A group is counted like a person whose only id is its key:
// nothing merges groups.
import type { SqlParams } from './event-filter-sql.ts';

/** The type of the groups that are compared; null: people are. */
export type Unit = string | null;

type UnitSql = {
  /** Whose an event is, by the id that decides the bucket… */
  readonly id: string;
  /** …and by the number that stands for whoever it belongs to. */
  readonly who: string;
  /** True for events of somebody; to follow another condition. */
  readonly isOfOne: string;
  readonly params: SqlParams;
};

const KEY = 'groups[{unit:String}]';

const PEOPLE: UnitSql = { id: 'distinct_id', who: 'person_id', isOfOne: '', params: {} };

export function unitSql(unit: Unit | undefined): UnitSql {
  if (unit === null || unit === undefined) return PEOPLE;
  return {
    id: KEY,
    who: `reinterpretAsUUID(MD5(concat({unit:String}, ':', ${KEY})))`,
    isOfOne: ` AND ${KEY} != ''`,
    params: { unit },
  };
}
