// What a change does to data, and so what going back costs: as the form holds it, and the wire form of it.
import type { RequestOf } from '../api/client.ts';

type PlanInput = RequestOf<'rollouts.create'>['body'];
type Impact = NonNullable<PlanInput['rollback_impact']>;

export type ImpactDraft = {
  readonly kind: Impact;
  /** C: old and new representation are both written. */
  readonly isInStep: boolean;
  /** What is lost and how it is restored. */
  readonly note: string;
};

export const NO_IMPACT: ImpactDraft = { kind: 'A', isInStep: false, note: '' };

export function impactTo({ kind, isInStep, note }: ImpactDraft) {
  return {
    rollback_impact: kind,
    both_in_step: kind === 'C' && isInStep,
    rollback_note: note.trim(),
  };
}

type ImpactWire = Pick<PlanInput, 'rollback_impact' | 'both_in_step' | 'rollback_note'>;

export const impactFrom = (wire: ImpactWire): ImpactDraft => ({
  kind: wire.rollback_impact ?? 'A',
  isInStep: wire.both_in_step ?? false,
  note: wire.rollback_note ?? '',
});
