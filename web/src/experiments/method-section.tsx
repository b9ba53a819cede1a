// How results are judged, explained where it is chosen.
import { NumberInput, SegmentedControl, Select, Switch } from '@mantine/core';
import { EventSelect } from '../insights/event-select.tsx';
import { useFieldError } from '../targeting/form-errors.tsx';
import type { ExperimentDraft } from './draft.ts';
import styles from './form.module.css';

type MethodSectionProps = {
  readonly draft: ExperimentDraft;
  /** Who counts is decided at the launch. */
  readonly onChange: (change: Partial<ExperimentDraft>) => void;
};

const ENGINES = [
  { value: 'bayesian', label: 'Bayesian' },
  { value: 'frequentist', label: 'Frequentist' },
];
const ENGINE_WORDS = {
  bayesian: 'Tells the chance that a variant is better, and a range in which the lift lies.',
  frequentist: 'Tells how likely such a difference is by chance alone, and a confidence interval.',
} as const;
const LOOKS = [
  { value: 'any', label: 'At any time' },
  { value: 'end', label: 'Once, at the end' },
];
const LOOK_WORDS = {
  any: 'Right however often you look; intervals are a little wider. You may stop as soon as it is sure.',
  end: 'Right only when the planned number of people has come. Looking sooner finds differences that are none.',
} as const;

export function MethodSection({ draft, onChange }: MethodSectionProps) {
  const { method } = draft;
  const change = (next: Partial<typeof method>) => onChange({ method: { ...method, ...next } });
  const look = method.sequential ? 'any' : 'end';
  return (
    <div className={styles.stack}>
      <div className={styles.method}>
        <div className={styles.source}>
          <span className={styles.sourceLabel}>Results are</span>
          <SegmentedControl
            aria-label="Method"
            data={ENGINES}
            value={method.engine}
            onChange={(engine) => change({ engine: engine as typeof method.engine })}
          />
          <p className={styles.hint}>{ENGINE_WORDS[method.engine]}</p>
        </div>
        <div className={styles.source}>
          <span className={styles.sourceLabel}>You look</span>
          <SegmentedControl
            aria-label="When results are looked at"
            data={LOOKS}
            value={look}
            onChange={(value) => change({ sequential: value === 'any' })}
          />
          <p className={styles.hint}>{LOOK_WORDS[look]}</p>
        </div>
        <NumberInput
          label="Confidence"
          description="How sure a difference must be before it is called one."
          suffix=" %"
          min={50}
          max={99.9}
          maw={220}
          value={method.confidence}
          error={useFieldError('stats_config.confidence_level')}
          onChange={(value) => change({ confidence: Number(value) || 95 })}
        />
      </div>
      <WhoCounts draft={draft} onChange={onChange} />
      <Decided method={method} onChange={change} />
    </div>
  );
}

const CORRECTION_CHOICES = [
  { value: 'holm', label: 'Holm: none of them is wrong' },
  { value: 'bh', label: 'Benjamini–Hochberg: few of them are wrong' },
  { value: 'bonferroni', label: 'Bonferroni: none is wrong, the strictest' },
  { value: 'none', label: 'Each by itself' },
];
const RULE_CHOICES = [
  { value: 'clear-signals', label: 'it improves every goal' },
  { value: 'do-no-harm', label: 'it worsens no goal' },
];

type DecidedProps = {
  readonly method: ExperimentDraft['method'];
  readonly onChange: (change: Partial<ExperimentDraft['method']>) => void;
};

function Decided({ method, onChange }: DecidedProps) {
  return (
    <details className={styles.advanced}>
      <summary>How it is decided</summary>
      <div className={styles.stack}>
        <Select
          label="Several goals or variants"
          description="The more is compared, the more seems to differ by chance alone."
          maw={420}
          data={CORRECTION_CHOICES}
          value={method.correction}
          allowDeselect={false}
          onChange={(value) => onChange({ correction: value as typeof method.correction })}
        />
        <Select
          label="A variant is to be shipped when"
          maw={420}
          data={RULE_CHOICES}
          value={method.rule}
          allowDeselect={false}
          onChange={(value) => onChange({ rule: value as typeof method.rule })}
        />
      </div>
    </details>
  );
}

function WhoCounts({ draft, onChange }: MethodSectionProps) {
  return (
    <details className={styles.advanced}>
      <summary>Who counts</summary>
      <div className={styles.stack}>
        <Select
          label="From when"
          description="A person counts from the first time that…"
          maw={420}
          data={[
            { value: 'called', label: 'your code asks for the flag' },
            { value: 'event', label: 'an event comes that carries their variant' },
          ]}
          value={draft.exposureEvent === null ? 'called' : 'event'}
          allowDeselect={false}
          onChange={(value) => onChange({ exposureEvent: value === 'event' ? '$pageview' : null })}
        />
        {draft.exposureEvent !== null && (
          <EventSelect
            label="Event by which people enter"
            event={draft.exposureEvent}
            attr="exposure_criteria.exposure_config"
            onChange={(event) => onChange({ exposureEvent: event ?? '$pageview' })}
          />
        )}
        <Select
          label="Then"
          description="What whoever was given a variant does before they count: only those who could see it."
          maw={420}
          data={[
            { value: 'none', label: 'they count at once' },
            { value: 'event', label: 'they count when they first do something' },
          ]}
          value={draft.activationEvent === null ? 'none' : 'event'}
          allowDeselect={false}
          onChange={(value) =>
            onChange({ activationEvent: value === 'event' ? '$pageview' : null })
          }
        />
        {draft.activationEvent !== null && (
          <EventSelect
            label="What they do first"
            event={draft.activationEvent}
            attr="exposure_criteria.activation_config"
            onChange={(event) => onChange({ activationEvent: event ?? '$pageview' })}
          />
        )}
        <Select
          label="Whoever saw several variants"
          maw={420}
          data={[
            { value: 'exclude', label: 'does not count' },
            { value: 'first_seen', label: 'counts for the first one' },
          ]}
          value={draft.multiple}
          allowDeselect={false}
          onChange={(value) => onChange({ multiple: value as ExperimentDraft['multiple'] })}
        />
        <Switch
          label="Count test accounts, too"
          checked={draft.countsTestAccounts}
          onChange={(event) => onChange({ countsTestAccounts: event.currentTarget.checked })}
        />
        <Switch
          label="Count people only when their whole window has passed"
          checked={draft.onlyMatured}
          onChange={(event) => onChange({ onlyMatured: event.currentTarget.checked })}
        />
      </div>
    </details>
  );
}
