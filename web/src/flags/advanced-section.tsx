// What few flags need: where the flag is evaluated, what ids it deals out by, and whether sets after a
// matching one are tried. Closed until it is asked for, or until something in it differs from the usual.
import { Collapse, Select, Switch, TagsInput, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { EvaluationRuntime } from 'serin/flags/flag';
import { useFieldError } from '../targeting/form-errors.tsx';
import { useNames } from '../targeting/use-names.ts';
import { Section } from '../ui/page.tsx';
import { advancedWords } from './advanced-words.ts';
import { groupChoices } from './group-choices.ts';
import type { FlagDraft } from './draft.ts';
import styles from './editor.module.css';
import { SpecialFields } from './special-fields.tsx';
import { ValueTypeFields } from './value-type-fields.tsx';

type AdvancedProps = {
  readonly draft: FlagDraft;
  readonly onChange: (change: Partial<FlagDraft>) => void;
};

const RUNTIMES: readonly { value: EvaluationRuntime; label: string }[] = [
  { value: 'all', label: 'Browsers, apps and servers' },
  { value: 'client', label: 'Browsers and apps only' },
  { value: 'server', label: 'Servers only' },
];

export function AdvancedSection({ draft, onChange }: AdvancedProps) {
  const words = advancedWords(draft, useNames());
  const [isOpen, setOpen] = useState(words.length > 0);
  return (
    <Section flush>
      <UnstyledButton
        className={styles.advancedHead}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <IconChevronRight size={16} className={isOpen ? styles.turned : ''} aria-hidden />
        <span className={styles.advancedTitle}>Advanced</span>
        <span className={styles.setWords}>
          {words.length > 0 ? words.join(' · ') : 'Evaluated everywhere, dealt out by person'}
        </span>
      </UnstyledButton>
      <Collapse expanded={isOpen}>
        <div className={styles.advancedBody}>
          <AdvancedFields draft={draft} onChange={onChange} />
        </div>
      </Collapse>
    </Section>
  );
}

function AdvancedFields({ draft, onChange }: AdvancedProps) {
  return (
    <div className={styles.stack}>
      <Select
        label="Evaluated for"
        description="Requests from elsewhere do not get the flag at all."
        data={RUNTIMES}
        value={draft.runtime}
        error={useFieldError('evaluation_runtime')}
        allowDeselect={false}
        maw={420}
        onChange={(runtime) => runtime && onChange({ runtime: runtime as EvaluationRuntime })}
      />
      <TagsInput
        label="Contexts"
        description="Only requests that name one of these contexts get the flag. None: every request."
        placeholder={draft.contexts.length > 0 ? '' : 'checkout, docs-site…'}
        value={[...draft.contexts]}
        error={useFieldError('evaluation_contexts')}
        acceptValueOnBlur
        maw={420}
        onChange={(contexts) => onChange({ contexts })}
      />
      <DealtOutBy draft={draft} onChange={onChange} />
      <Switch
        label="Stop at the first set whose conditions hold"
        description="Whoever its share leaves out gets false, and later sets are not tried."
        checked={draft.earlyExit}
        onChange={(event) => onChange({ earlyExit: event.currentTarget.checked })}
      />
      <ValueTypeFields draft={draft} onChange={onChange} />
      <SpecialFields draft={draft} onChange={onChange} />
    </div>
  );
}

/** Person, device, or a group type: one question for people, two fields on the wire. */
function DealtOutBy({ draft, onChange }: AdvancedProps) {
  const { groupTypes } = useNames();
  const bucketingError = useFieldError('bucketing_identifier');
  const groupError = useFieldError('filters.aggregation_group_type_index');
  const choose = (choice: string | null) => {
    if (choice === 'distinct_id' || choice === 'device_id') {
      onChange({ bucketing: choice, aggregation: null });
    } else if (choice !== null) {
      onChange({ bucketing: 'distinct_id', aggregation: Number(choice) });
    }
  };
  return (
    <Select
      label="Shares are dealt out by"
      description="Changing it deals everyone anew: people may gain or lose the flag."
      data={[
        { value: 'distinct_id', label: 'Person (distinct id)' },
        { value: 'device_id', label: 'Device (the same before and after login)' },
        ...groupChoices(groupTypes, draft.aggregation),
      ]}
      value={draft.aggregation === null ? draft.bucketing : String(draft.aggregation)}
      error={bucketingError ?? groupError}
      allowDeselect={false}
      maw={420}
      onChange={choose}
    />
  );
}
