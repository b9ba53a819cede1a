// What the steps of taking flags over have in common.
import type { Difference } from '../api/environments.ts';
import type { Environment, Scope } from '../api/session.ts';

export type PromoteProps = {
  readonly scope: Scope;
  readonly from: Environment;
  readonly to: Environment;
  readonly chosen: readonly Difference[];
  readonly onDone: () => void;
};
