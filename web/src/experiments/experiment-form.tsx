// The set-up of an experiment from the hypothesis to the launch: a new one, or a draft that is changed.
import { Button, Group, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { experimentsQuery } from '../api/experiments.ts';
import type { Flag } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import { draftFrom } from '../flags/draft.ts';
import { ReachCard } from '../flags/reach-card.tsx';
import { ReachContext, useReach } from '../flags/use-reach.ts';
import { allProblems } from '../targeting/all-problems.ts';
import { FirstProblem } from '../targeting/first-problem.tsx';
import { FormErrors, useFieldError } from '../targeting/form-errors.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { focusFirstProblem } from '../ui/focus-problem.ts';
import { Section } from '../ui/page.tsx';
import { checksOf } from './checks.ts';
import { type ExperimentDraft, problemsOf } from './draft.ts';
import { FlagSection, WhoSection } from './flag-section.tsx';
import styles from './form.module.css';
import { MethodSection } from './method-section.tsx';
import { MetricsSection } from './metrics-section.tsx';
import { Review } from './review.tsx';
import { RunningTimeCalculator } from './running-time.tsx';
import { useRunningTime } from './use-running-time.ts';

type ExperimentFormProps = {
  readonly scope: Scope;
  readonly flags: readonly Flag[];
  readonly initial: ExperimentDraft;
  readonly isStored?: boolean;
  readonly error: unknown;
  readonly isSaving: boolean;
  readonly cancel: ReactNode;
  readonly onSave: (draft: ExperimentDraft, isLaunch: boolean) => void;
};

const NONE: ReadonlyMap<string, string> = new Map();

export function ExperimentForm(props: ExperimentFormProps) {
  const { scope, flags, initial, isStored = false, error, isSaving, cancel, onSave } = props;
  const [draft, setDraft] = useState(initial);
  const [isChecked, setChecked] = useState(false);
  const [openedMs] = useState(Date.now);
  const [entry, setEntry] = useState(initial.exposureEvent ?? '$pageview');
  const change = (next: Partial<ExperimentDraft>) => setDraft((now) => ({ ...now, ...next }));
  const time = useRunningTime(scope, draft, flags, draft.exposureEvent ?? entry);
  const reach = useFormReach(scope, draft, flags);
  const others = useOthers(scope, draft);
  const checks = checksOf(draft, {
    flags,
    others,
    days: time.data?.recommended_running_time ?? null,
    nowMs: openedMs,
  });
  const problems = isChecked ? problemsOf(draft) : NONE;
  const submit = (isLaunch: boolean) => {
    setChecked(true);
    if (problemsOf(draft).size > 0) return focusFirstProblem();
    const { recommended_sample_size: people, recommended_running_time: days } = time.data ?? {};
    const plan = people && days ? { people, days } : draft.plan;
    onSave({ ...draft, plan }, isLaunch);
  };
  const canLaunch = !checks.some(({ tone }) => tone === 'harm');
  return (
    <FormErrors.Provider value={allProblems(problems, error)}>
      <ReachContext.Provider value={reach}>
        <form
          className={styles.stack}
          onSubmit={(event) => {
            event.preventDefault();
            submit(canLaunch);
          }}
        >
          <ErrorAlert error={error} />
          <Sections
            {...{ scope, flags, isStored, draft, time, checks }}
            entry={draft.exposureEvent ?? entry}
            onEntry={setEntry}
            onChange={change}
          />
          <FirstProblem problems={problems} />
          <Group justify="flex-end">
            {cancel}
            <Button variant="default" loading={isSaving} onClick={() => submit(false)}>
              Save as draft
            </Button>
            <Button type="submit" loading={isSaving} disabled={!canLaunch}>
              Launch
            </Button>
          </Group>
        </form>
      </ReachContext.Provider>
    </FormErrors.Provider>
  );
}

type SectionsProps = Pick<ExperimentFormProps, 'scope' | 'flags'> & {
  readonly isStored: boolean;
  readonly draft: ExperimentDraft;
  readonly time: ReturnType<typeof useRunningTime>;
  readonly checks: ReturnType<typeof checksOf>;
  readonly entry: string;
  readonly onEntry: (event: string) => void;
  readonly onChange: (change: Partial<ExperimentDraft>) => void;
};

function Sections(props: SectionsProps) {
  const { scope, flags, isStored, draft, time, checks, entry, onEntry, onChange } = props;
  const shared = { draft, onChange };
  return (
    <>
      <Section title="Hypothesis">
        <Hypothesis {...shared} />
      </Section>
      <FlagSection
        {...shared}
        flags={flags}
        isStored={isStored}
        environmentName={scope.environment.name}
      />
      <WhoSection
        {...shared}
        flags={flags}
        isStored={isStored}
        environmentName={scope.environment.name}
      />
      {draft.takenFlag !== '' && (
        <ReachCard environmentName={scope.environment.name} isActive={false} />
      )}
      <Section title="Goals" lead="What a better variant improves. The first one decides.">
        <MetricsSection {...shared} part="goals" />
      </Section>
      <Section
        title="Guardrails and other metrics"
        lead="What must not get worse, and what else is worth knowing."
      >
        <MetricsSection {...shared} part="secondary" />
      </Section>
      <Section title="Statistics">
        <MethodSection {...shared} />
      </Section>
      <Section title="Running time" lead="From what people did in the last 14 days.">
        <RunningTimeCalculator {...shared} entry={entry} time={time} onEntry={onEntry} />
      </Section>
      <Section title="Before the launch">
        <Review checks={checks} />
      </Section>
    </>
  );
}

function useFormReach(scope: Scope, draft: ExperimentDraft, flags: readonly Flag[]) {
  const taken = flags.find(({ key }) => key === draft.takenFlag);
  const shown = useMemo(() => (taken ? draftFrom(taken) : draft.flag), [taken, draft.flag]);
  return useReach(scope, shown, taken ?? null);
}

/** Experiments that run on the flag. */
function useOthers(scope: Scope, { takenFlag }: ExperimentDraft): readonly string[] {
  const key = takenFlag ?? '';
  const { data } = useQuery({
    ...experimentsQuery(scope, { search: key, status: 'running' }),
    enabled: key !== '',
  });
  if (key === '') return [];
  return (data?.results ?? [])
    .filter(({ feature_flag_key: flagKey }) => flagKey === key)
    .map(({ name }) => name);
}

type HypothesisProps = {
  readonly draft: ExperimentDraft;
  readonly onChange: (change: Partial<ExperimentDraft>) => void;
};

function Hypothesis({ draft, onChange }: HypothesisProps) {
  return (
    <div className={styles.stack}>
      <TextInput
        label="Name"
        placeholder="A shorter checkout"
        maw={560}
        value={draft.name}
        error={useFieldError('name')}
        onChange={({ currentTarget: { value: name } }) => onChange({ name })}
      />
      <Textarea
        label="What you expect, and why"
        placeholder="When address and payment stand on one page, more people finish, because they see the end."
        autosize
        minRows={2}
        maxLength={10_000}
        value={draft.hypothesis}
        error={useFieldError('description')}
        onChange={({ currentTarget: { value: hypothesis } }) => onChange({ hypothesis })}
      />
    </div>
  );
}
