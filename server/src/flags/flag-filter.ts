// Which flags are meant: by lists, by bulk changes, by whoever searches.
import type { EvaluationRuntime, FlagKind } from './flag.ts';

export const FLAG_TYPES = ['boolean', 'multivariant', 'experiment', 'remote_config'] as const;

/** What is not given does not narrow. */
export type FlagFilter = {
  /** Part of the key, the description or a tag. */
  readonly search?: string | undefined;
  /** In the environment; `stale` is on, but not asked for (see `staleness.ts`). */
  readonly state?: 'on' | 'off' | 'stale' | undefined;
  readonly archived: boolean;
  readonly type?: (typeof FLAG_TYPES)[number] | undefined;
  readonly kind?: FlagKind | undefined;
  readonly createdById?: string | undefined;
  /** Null: flags without an owner. */
  readonly ownerId?: string | null | undefined;
  readonly evaluationRuntime?: EvaluationRuntime | undefined;
  readonly hasEvaluationContexts?: boolean | undefined;
  /** Flags with any of these. */
  readonly tags?: readonly string[] | undefined;
  /** Flags with none of these. */
  readonly excludedTags?: readonly string[] | undefined;
  /** Keys of environments: on, or off, in each of them. */
  readonly onIn?: readonly string[] | undefined;
  readonly offIn?: readonly string[] | undefined;
};

export const FLAG_ORDERS = [
  'created_at',
  '-created_at',
  'updated_at',
  '-updated_at',
  'last_called_at',
  '-last_called_at',
  'key',
  '-key',
  'name',
  '-name',
] as const;
export type FlagOrder = (typeof FLAG_ORDERS)[number];
