// One environment's people while a batch of events is worked through in order of arrival: what was known
// before, what each event changes, and in the end the difference to write. Only the rows that the batch
// can touch are in it.
import type { JsonObject } from '#kernel/json';
import type { AutoProperties } from './auto-properties.ts';
import {
  type Person,
  type PersonEvent,
  type PersonStamp,
  applyProperties,
  changesProperties,
  createsPerson,
  isIllegalId,
  isMerge,
  isPersonEvent,
  isTooLarge,
  mergePersons,
  personModeOf,
} from './person.ts';

/** What the store knows about the batch's ids. */
export type KnownPeople = {
  readonly persons: readonly Person[];
  /** distinct id → person id. */
  readonly personIds: ReadonlyMap<string, string>;
  /** Ids with earlier events and no person, as far as the batch merges them. */
  readonly personlessIds: ReadonlySet<string>;
};

export type PersonWarning = {
  readonly kind:
    | 'cannot_merge_with_illegal_distinct_id'
    | 'cannot_merge_already_identified'
    | 'person_properties_too_large';
  readonly event: PersonEvent;
};

export type LedgerChanges = {
  readonly created: readonly Person[];
  readonly updated: readonly Person[];
  /** Persons that went up in another. */
  readonly absorbed: readonly { readonly id: string; readonly into: string }[];
  /** `version` > 0: events of the id are stored under another person and must be re-pointed. */
  readonly attached: readonly {
    readonly distinctId: string;
    readonly personId: string;
    readonly version: 0 | 1;
  }[];
  /** Ids to remember as seen without a person. */
  readonly personless: readonly string[];
};

type Entry = {
  person: Person;
  readonly isNew: boolean;
  isChanged: boolean;
  into: Entry | undefined;
};

export class PersonLedger {
  readonly #entries = new Map<string, Entry>();
  readonly #entryByDistinctId = new Map<string, Entry>();
  readonly #attached = new Set<string>();
  readonly #personless = new Set<string>();
  readonly #known: KnownPeople;
  readonly #derivePersonId: (distinctId: string) => string;
  readonly warnings: PersonWarning[] = [];

  constructor(known: KnownPeople, derivePersonId: (distinctId: string) => string) {
    this.#known = known;
    this.#derivePersonId = derivePersonId;
    for (const person of known.persons) {
      this.#entries.set(person.id, { person, isNew: false, isChanged: false, into: undefined });
    }
    for (const [distinctId, personId] of known.personIds) {
      const entry = this.#entries.get(personId);
      if (entry) this.#entryByDistinctId.set(distinctId, entry);
    }
  }

  /** Works one event in. `auto` is asked only when the event's own properties matter. */
  apply(event: PersonEvent, auto: () => AutoProperties): void {
    if (event.processing === 'none') return;
    if (isMerge(event)) this.#merge(event);
    const existing = this.#find(event.distinctId);
    const entry = existing ?? (createsPerson(event) ? this.#create(event) : undefined);
    if (!entry) return;
    const isNew = existing === undefined;
    if (event.event === '$identify') identify(entry);
    if (!changesProperties(event) && !isNew) return;
    const own = isNew || isPersonEvent(event) ? auto() : undefined;
    const after = applyProperties(entry.person.properties, {
      set: joined(own?.set, event.set),
      setOnce: joined(own?.setOnce, event.setOnce),
      unset: event.unset,
    });
    if (after === entry.person.properties) return;
    if (isTooLarge(after)) this.warnings.push({ kind: 'person_properties_too_large', event });
    else update(entry, { properties: after });
  }

  /** The event's person and mode once the whole batch is applied. */
  stamp(event: PersonEvent): PersonStamp {
    const person = this.#find(event.distinctId)?.person;
    if (!person && event.event !== '$groupidentify') this.#personless.add(event.distinctId);
    return {
      personId: person?.id ?? this.#derivePersonId(event.distinctId),
      mode: personModeOf(event, person),
    };
  }

  /** The difference to what was known, to be written in one transaction. */
  changes(): LedgerChanges {
    const entries = [...this.#entries.values()];
    const kept = entries.filter((entry) => !entry.into);
    return {
      created: kept.filter((entry) => entry.isNew).map((entry) => entry.person),
      updated: kept.filter((entry) => entry.isChanged && !entry.isNew).map((entry) => entry.person),
      absorbed: entries
        .filter((entry) => entry.into && !entry.isNew)
        .map((entry) => ({ id: entry.person.id, into: final(entry).person.id })),
      attached: [...this.#attached].map((distinctId) => this.#attachment(distinctId)),
      personless: [...this.#personless],
    };
  }

  #attachment(distinctId: string): LedgerChanges['attached'][number] {
    const entry = this.#find(distinctId);
    if (!entry) throw new Error('an attached id has no person');
    const personId = entry.person.id;
    const hasOldEvents = this.#known.personlessIds.has(distinctId);
    const isElsewhere = personId !== this.#derivePersonId(distinctId);
    return { distinctId, personId, version: hasOldEvents && isElsewhere ? 1 : 0 };
  }

  #merge(event: PersonEvent): void {
    const { distinctId, otherId = distinctId } = event;
    if (distinctId === otherId) return;
    if (isIllegalId(distinctId) || isIllegalId(otherId)) {
      this.warnings.push({ kind: 'cannot_merge_with_illegal_distinct_id', event });
      return;
    }
    const own = this.#find(distinctId);
    const other = this.#find(otherId);
    if (own && other) this.#join(own, other, event);
    else if (other) this.#adopt(distinctId, other);
    else this.#adopt(otherId, own ?? this.#create(event));
  }

  /** Two persons become one, unless the other one is somebody already. */
  #join(own: Entry, other: Entry, event: PersonEvent): void {
    if (own === other) {
      identify(own);
    } else if (other.person.isIdentified && event.event !== '$merge_dangerously') {
      this.warnings.push({ kind: 'cannot_merge_already_identified', event });
    } else {
      const merged = mergePersons(own.person, other.person);
      const isKept = !isTooLarge(merged.properties);
      own.person = isKept ? merged : { ...merged, properties: own.person.properties };
      if (!isKept) this.warnings.push({ kind: 'person_properties_too_large', event });
      own.isChanged = true;
      other.into = own;
    }
  }

  #adopt(distinctId: string, entry: Entry): void {
    this.#attach(distinctId, entry);
    identify(entry);
  }

  #create(event: PersonEvent): Entry {
    const person: Person = {
      id: this.#derivePersonId(event.distinctId),
      properties: {},
      isIdentified: false,
      createdAtMs: event.atMs,
      version: 0,
    };
    const entry: Entry = { person, isNew: true, isChanged: false, into: undefined };
    this.#entries.set(person.id, entry);
    this.#attach(event.distinctId, entry);
    return entry;
  }

  #attach(distinctId: string, entry: Entry): void {
    this.#entryByDistinctId.set(distinctId, entry);
    this.#attached.add(distinctId);
  }

  #find(distinctId: string): Entry | undefined {
    const entry = this.#entryByDistinctId.get(distinctId);
    return entry && final(entry);
  }
}

function final(entry: Entry): Entry {
  let at = entry;
  while (at.into) at = at.into;
  return at;
}

function update(entry: Entry, change: Partial<Person>): void {
  entry.person = { ...entry.person, ...change, version: entry.person.version + 1 };
  entry.isChanged = true;
}

function identify(entry: Entry): void {
  if (!entry.person.isIdentified) update(entry, { isIdentified: true });
}

function joined(own: JsonObject | undefined, said: JsonObject | undefined): JsonObject | undefined {
  return own && said ? { ...own, ...said } : (own ?? said);
}
