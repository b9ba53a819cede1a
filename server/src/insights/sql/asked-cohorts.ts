// The cohorts that a question asks for, as they are read for it.
import type { CohortsById } from '#cohorts/cohort';

/** The project's cohorts, as far as a question needs them. */
export type Cohorts = {
  readonly byId: CohortsById;
  /** Those that can be evaluated. */
  readonly usable: ReadonlySet<number>;
  /** Who is listed in the static ones. */
  readonly members: ReadonlyMap<number, Members>;
};

export type Members = {
  readonly personIds: readonly string[];
  /** Listed ids that no person is known by. */
  readonly distinctIds: readonly string[];
};

export const NO_COHORTS: Cohorts = { byId: new Map(), usable: new Set(), members: new Map() };
