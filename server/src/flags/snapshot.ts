// The flags of an environment at one version, and what differs between two versions.
import type { FlagDefinition } from './flag.ts';
import type { FlagSet } from './flag-set.ts';
import type { CohortSupport } from './served-groups.ts';

/** The flags of one environment at one version; never changes. */
export type FlagSnapshot = {
  readonly environmentId: number;
  /** The same on every replica that has the same state; says nothing about order. */
  readonly version: string;
  /** Active and inactive ones, ordered by key; without archived and deleted ones. */
  readonly flags: readonly FlagDefinition[];
  readonly byKey: ReadonlyMap<string, FlagDefinition>;
  /** For `evaluateFlags`. */
  readonly set: FlagSet;
  /** Names of the environment's group types by their index. */
  readonly groupTypes: readonly (string | undefined)[];
  /** What SDKs with local evaluation ask for. */
  definitions(support: CohortSupport): Definitions;
};

export type Definitions = {
  readonly json: string;
  /** ETag of `json` as it stands in the header. */
  readonly etag: string;
};

/** What has become different in one environment, told when it is in force. */
export type SnapshotChange = {
  readonly previous: FlagSnapshot;
  readonly current: FlagSnapshot;
  /**
   * Flags that are new, gone or different, or need one that is, or a cohort that is; in order. None when only
   * group types differ.
   */
  readonly changedKeys: readonly string[];
};

/** Two changes that follow each other as one: from the state before the first to that after the second. */
export function mergeChanges(first: SnapshotChange, second: SnapshotChange): SnapshotChange {
  const keys = new Set([...first.changedKeys, ...second.changedKeys]);
  return { previous: first.previous, current: second.current, changedKeys: [...keys].toSorted() };
}
