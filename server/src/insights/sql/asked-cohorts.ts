// The cohorts that a question asks for, as they are read for it.
import type { CohortsById } from '#cohorts/cohort';

/** The project's cohorts, as far as a question needs them. */
export type Cohorts = {
  readonly byId: CohortsById;
  /** Those that can be evaluated, or calculated. */
  readonly usable: ReadonlySet<number>;
  /** Those whose people are calculated. */
  readonly byEvents: ReadonlySet<number>;
  /** The calculation of each that has one, as a number in text. */
  readonly calculations: ReadonlyMap<number, string>;
  /** Who is listed in the static ones. */
  readonly members: ReadonlyMap<number, Members>;
};

export type Members = {
  readonly personIds: readonly string[];
  /** Listed ids that no person is known by. */
  readonly distinctIds: readonly string[];
};

export const NO_COHORTS: Cohorts = {
  byId: new Map(),
  usable: new Set(),
  byEvents: new Set(),
  calculations: new Map(),
  members: new Map(),
};
