// The parts of a plan that a template keeps: stages, guardrails, and how it decides.
import { Section } from '../ui/page.tsx';
import { FlagCare } from './flag-care.tsx';
import { guardrailIds } from './guardrail-draft.ts';
import { GuardrailsEditor } from './guardrails-editor.tsx';
import { ImpactFields } from './impact-fields.tsx';
import type { PlanParts as Parts } from './plan-draft.ts';
import styles from './plan-form.module.css';
import { planWords } from './plan-words.ts';
import { AutomationChoice, PolicyEditor, WindowsInput } from './policy-editor.tsx';
import { StagesEditor } from './stages-editor.tsx';

type PlanPartsProps = {
  readonly draft: Parts;
  /** Groups get the change and are compared. */
  readonly isOfGroups?: boolean;
  readonly onChange: (change: Partial<Parts>) => void;
};

export function PlanParts({ draft, isOfGroups = false, onChange }: PlanPartsProps) {
  const { stages, guardrails, policy, impact } = draft;
  const decide = (next: Parts['policy']) => onChange({ policy: next });
  return (
    <>
      <Section title="Stages" lead={planWords(draft)}>
        <StagesEditor
          isOfGroups={isOfGroups}
          stages={stages}
          guardrailIds={guardrailIds(guardrails)}
          onChange={(next) => onChange({ stages: next })}
        />
      </Section>
      <Section
        title="Guardrails"
        lead="Compared between people with and without the flag, never against fixed numbers alone."
      >
        <GuardrailsEditor
          guardrails={guardrails}
          onChange={(next) => onChange({ guardrails: next })}
        />
      </Section>
      <Section title="Data" lead="What the change writes decides what a way back costs.">
        <ImpactFields impact={impact} stages={stages} onChange={onChange} />
      </Section>
      <Section title="By itself">
        <div className={styles.stack}>
          <AutomationChoice policy={policy} onChange={decide} />
          <WindowsInput policy={policy} onChange={decide} />
          <FlagCare policy={policy} onChange={decide} />
          <PolicyEditor policy={policy} onChange={decide} />
        </div>
      </Section>
    </>
  );
}
