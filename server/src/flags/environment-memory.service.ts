// The flags of one environment in memory. A change lays out only what it touches: the other flags, the texts
// of their definitions and their answers' bytes are the objects of the state before.
import { hash } from 'node:crypto';
import { type CohortSet, NO_COHORTS, compileCohorts } from '#cohorts/compile';
import { compileRe2 } from '#properties';
import type { CompiledFlag } from './compile.ts';
import { definitionText, definitionsJson, definitionsTail, partsOf } from './definitions.ts';
import { type FlagSet, changedKeys, compileFlagSet } from './flag-set.ts';
import type { FlagDefinition } from './flag.ts';
import type { CohortSupport } from './served-groups.ts';
import type { Definitions, FlagSnapshot, SnapshotChange } from './snapshot.ts';
import type { EnvironmentState, FlagState } from './snapshot.store.ts';

/** What an environment's flags are made of, as it can be kept on disk. */
export type SavedFlags = {
  readonly place: Place;
  readonly definitions: readonly FlagDefinition[];
};

type Place = Omit<EnvironmentState, 'readSeq' | 'isWhole'>;

const NO_FLAGS = compileFlagSet([], { compileRegex: compileRe2 });

/** The state of an environment that nothing is known of. */
export function emptySnapshot(environmentId: number): FlagSnapshot {
  return toSnapshot(unknownPlace(environmentId), NO_FLAGS);
}

function unknownPlace(environmentId: number): Place {
  return { environmentId, projectId: 0, seq: 0, groupTypes: [], cohorts: [] };
}

export class EnvironmentMemory {
  readonly #definitions = new Map<number, FlagDefinition>();
  #cohorts: CohortSet = NO_COHORTS;
  #place: Place;
  #snapshot: FlagSnapshot;
  #readSeq = -1;

  constructor(environmentId: number) {
    this.#place = unknownPlace(environmentId);
    this.#snapshot = toSnapshot(this.#place, NO_FLAGS);
  }

  get snapshot(): FlagSnapshot {
    return this.#snapshot;
  }

  /** Up to which of the project's changes this environment is known. */
  get readSeq(): number {
    return this.#readSeq;
  }

  saved(): SavedFlags {
    return { place: this.#place, definitions: [...this.#definitions.values()] };
  }

  /** What all flags add up to, for comparing with the store. */
  count(): { flags: number; versions: number } {
    let versions = 0;
    for (const { version } of this.#definitions.values()) versions += version;
    return { flags: this.#definitions.size, versions };
  }

  /** Takes what was read; undefined when nothing differs. */
  apply(state: EnvironmentState, flags: readonly FlagState[]): SnapshotChange | undefined {
    this.#readSeq = state.readSeq;
    const previous = this.#snapshot;
    const hasOtherCohorts = this.#takeCohorts(state.cohorts);
    const isTouched = this.#take(flags, state.isWhole) || hasOtherCohorts;
    if (!isTouched && previous.version === versionOf(state)) return undefined;
    const set = isTouched ? this.#layOut(previous.set) : previous.set;
    const { readSeq: _read, isWhole: _whole, ...place } = state;
    this.#place = { ...place, cohorts: state.cohorts ?? this.#place.cohorts };
    this.#snapshot = toSnapshot(place, set);
    return { previous, current: this.#snapshot, changedKeys: changedKeys(previous.set, set) };
  }

  /** True when some cohort is new, gone or another. */
  #takeCohorts(read: EnvironmentState['cohorts']): boolean {
    if (!read) return false;
    const { byId } = this.#cohorts;
    const isKnown = read.every(({ id, version }) => byId.get(id)?.version === version);
    if (isKnown && byId.size === read.length) return false;
    this.#cohorts = compileCohorts(read, compileRe2, this.#cohorts);
    return true;
  }

  /** True when some definition is new, gone or another. */
  #take(flags: readonly FlagState[], isWhole: boolean): boolean {
    let isTouched = false;
    for (const { flagId, definition } of flags) {
      const known = this.#definitions.get(flagId);
      if (isSame(known, definition)) continue;
      isTouched = true;
      if (definition) this.#definitions.set(flagId, definition);
      else this.#definitions.delete(flagId);
    }
    if (!isWhole) return isTouched;
    const present = new Set(flags.map(({ flagId }) => flagId));
    for (const flagId of this.#definitions.keys()) {
      if (present.has(flagId)) continue;
      isTouched = true;
      this.#definitions.delete(flagId);
    }
    return isTouched;
  }

  #layOut(previous: FlagSet): FlagSet {
    const options = { compileRegex: compileRe2, cohorts: this.#cohorts };
    return compileFlagSet([...this.#definitions.values()], options, previous);
  }
}

/** By content: a whole environment is read again after the store was away, mostly with nothing new. */
function isSame(a: FlagDefinition | undefined, b: FlagDefinition | undefined): boolean {
  return a === b || (a?.version === b?.version && JSON.stringify(a) === JSON.stringify(b));
}

/** Group types are added without a number, and never change. */
function versionOf({ seq, groupTypes }: Place): string {
  return `${seq}.${groupTypes.length}`;
}

function toSnapshot(place: Place, set: FlagSet): FlagSnapshot {
  const flags = set.flags.map(({ definition }) => definition);
  const made = new Map<CohortSupport, Definitions>();
  return {
    environmentId: place.environmentId,
    version: versionOf(place),
    flags,
    byKey: new Map(flags.map((flag) => [flag.key, flag])),
    set,
    groupTypes: place.groupTypes,
    definitions(support) {
      const known = made.get(support) ?? toDefinitions(place, set, support);
      made.set(support, known);
      return known;
    },
  };
}

function toDefinitions(place: Place, set: FlagSet, support: CohortSupport): Definitions {
  const texts = set.flags.map((flag) => textOf(flag, set, place.projectId, support));
  const tail = definitionsTail(place.groupTypes, set, support);
  let json: string | undefined;
  return {
    get json() {
      json ??= definitionsJson(
        texts.map(({ text }) => text),
        tail,
      );
      return json;
    },
    etag: `W/"${digestOf([tail, ...texts.map(({ digest }) => digest)].join('\n'))}"`,
  };
}

type DefinitionText = {
  readonly parts: readonly (CompiledFlag | undefined)[];
  readonly text: string;
  readonly digest: string;
};

const textsByFlag: Record<CohortSupport, WeakMap<CompiledFlag, DefinitionText>> = {
  current: new WeakMap(),
  older: new WeakMap(),
  none: new WeakMap(),
};

/** The text of a flag's definition, made once for as long as nothing that it follows from is another. */
function textOf(
  flag: CompiledFlag,
  set: FlagSet,
  projectId: number,
  support: CohortSupport,
): DefinitionText {
  const parts = partsOf(flag, set);
  const texts = textsByFlag[support];
  const known = texts.get(flag);
  const isFresh =
    known?.parts.length === parts.length && known.parts.every((part, i) => part === parts[i]);
  if (isFresh) return known;
  const text = definitionText(flag, set, projectId, support);
  const made = { parts, text, digest: digestOf(text) };
  texts.set(flag, made);
  return made;
}

/** 162 bits of SHA-256: enough that equal digests mean equal texts. */
function digestOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 27);
}
