// The short question that a stage asks of those who have the change: who is asked, and under which id answers come in.

/** A question that is being asked at the moment. */
export type StageQuestion = {
  /** Answers carry it as `$survey_id`, see {@link questionId}. */
  readonly id: string;
  readonly rolloutId: string;
  readonly flagKey: string;
  /** Who has the change: this variant, or whoever has the boolean flag. */
  readonly treatment: string | null;
  readonly text: string;
  readonly sinceMs: number;
};

/**
 * One question for each stage of a rollout, however often the stage is run. Without a colon: posthog-js makes a CSS class
 * of it.
 */
export const questionId = (rolloutId: string, stageIndex: number): string =>
  `${rolloutId}-${stageIndex}`;

/** The stage that an id of {@link questionId} means; null for others. */
export function stageOfQuestion(rolloutId: string, id: string): number | null {
  if (!id.startsWith(`${rolloutId}-`)) return null;
  const stage = Number(id.slice(rolloutId.length + 1));
  return Number.isInteger(stage) ? stage : null;
}
