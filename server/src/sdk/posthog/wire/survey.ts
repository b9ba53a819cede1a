// A stage's question as posthog-js asks it: a survey in a small window, for those who have the change. Field names are the
// SDK's (`Survey` in @posthog/core 1.50).
import type { Evaluation } from '#flags/flag';

/** What is asked, of whom. */
type Question = {
  readonly id: string;
  readonly flagKey: string;
  readonly treatment: string | null;
  readonly text: string;
  readonly sinceMs: number;
};

/** Flags that decide who sees a survey carry this prefix: to look at them is no use of a flag, and sends no event. */
export const SURVEY_PREFIX = 'survey-targeting-';

/** Days without a question after any: nobody is to be asked at every stage. */
const QUIET_DAYS = 7;

export function surveyOf({ id, flagKey, text, sinceMs }: Question) {
  return {
    id,
    name: `Feedback on ${flagKey}`,
    description: '',
    type: 'popover',
    schedule: 'once',
    // Not `linked_flag_key`: the SDK would report a call of the flag for everybody, and rollouts count those who call.
    linked_flag_key: null,
    targeting_flag_key: `${SURVEY_PREFIX}${flagKey}`,
    internal_targeting_flag_key: null,
    feature_flag_keys: [],
    questions: [{ id, type: 'open', question: text, description: '', buttonText: 'Send' }],
    conditions: { url: '', seenSurveyWaitPeriodInDays: QUIET_DAYS },
    appearance: {
      whiteLabel: true,
      displayThankYouMessage: true,
      thankYouMessageHeader: 'Thank you.',
    },
    start_date: new Date(sinceMs).toISOString(),
    end_date: null,
    current_iteration: null,
    current_iteration_start_date: null,
    enable_partial_responses: false,
  };
}

/** By the outcome that each stands for: outcomes are shared objects, and their bytes are kept with them. */
const targets = new WeakMap<Evaluation, Map<string | null, Evaluation>>();

/** The flags that decide who sees the questions, one for each whose flag is among the outcomes. */
export function withTargets(
  evaluations: readonly Evaluation[],
  questions: readonly Question[],
): readonly Evaluation[] {
  if (questions.length === 0) return evaluations;
  const added = questions.flatMap(({ flagKey, treatment }) => {
    const flag = evaluations.find(({ key }) => key === flagKey);
    return flag ? [targetOf(flag, treatment)] : [];
  });
  const known = new Set(evaluations.map(({ key }) => key));
  return [...evaluations, ...added.filter(({ key }) => !known.has(key))];
}

function targetOf(flag: Evaluation, treatment: string | null): Evaluation {
  const made = targets.get(flag)?.get(treatment);
  if (made) return made;
  const target: Evaluation = {
    ...flag,
    key: `${SURVEY_PREFIX}${flag.key}`,
    enabled: flag.enabled && (treatment === null || flag.variant === treatment),
    variant: null,
    payload: null,
  };
  const byTreatment = targets.get(flag) ?? new Map<string | null, Evaluation>();
  targets.set(flag, byTreatment.set(treatment, target));
  return target;
}
