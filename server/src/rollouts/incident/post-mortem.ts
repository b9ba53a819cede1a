// The post-mortem that people start from, and the whole report as Markdown.
import { inWords, percentOf } from '../gate/words.ts';
import { describeWayBack, losesData } from '../plan/way-back.ts';
import { type SuggestedMessages, utc } from './messages.ts';
import { blastRadiusOf, exposureMsOf, type IncidentReport } from './report.ts';

/** What people find before anybody has written: questions, with the answers that are known. */
export function postMortemTemplate(report: IncidentReport): string {
  const { flagKey, environment, culprits, evidence } = report;
  const blamed =
    culprits.length === 0 ? (report.reasons[0] ?? 'no guardrail is at fault') : culprits.join(', ');
  return `## Summary

${flagKey} in ${environment.name}: ${inline(blamed).replace(/\.$/, '')}. ${impactWords(report)}

## What happened

What did people see? What did the change do that it should not?

## Why

Ask why until the answer is something that can be changed. Name causes, not persons.

## How it was noticed

${evidence?.firstHurtAtMs ? `The first person was hurt at ${utc(evidence.firstHurtAtMs)}.` : 'When was the first person hurt?'} What would have shown it sooner, or to fewer people?

${dataQuestions(report)}## What went well

## What did not

## What we change

Add what is to be done to the action items, each with an owner.
`;
}

function dataQuestions({ plan, stageIndex }: IncidentReport): string {
  if (!losesData(plan, stageIndex)) return '';
  const cost = inline(describeWayBack(plan, stageIndex));
  return `## Data\n\n${cost}\n\nWhat is missing or broken, and for whom? How was it restored?\n\n`;
}

function impactWords(report: IncidentReport): string {
  const { evidence, flagOffAtMs } = report;
  if (evidence === null) return 'How many people were affected is being counted.';
  const share = blastRadiusOf(evidence);
  const took = exposureMsOf(flagOffAtMs, evidence);
  const parts = [
    `${evidence.affected} people had the change${share === null ? '' : ` (${percentOf(share)} of all who were active)`}`,
    ...(took === null ? [] : [`${inWords(took)} from the first one hurt to the flag off`]),
  ];
  return `${parts.join('; ')}.`;
}

/** A text that ends no line and is no markup: names of people, plans and events are written by anybody. */
export const inline = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]|]/g, String.raw`\$&`);

/** An id that clients made up, fit for a code span. */
const codeId = (id: string): string => `\`${id.replaceAll(/[^\w.:-]/g, '_')}\``;

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

/** The report as one document. @param text the post-mortem, or its template */
export function reportMarkdown(
  report: IncidentReport,
  text: string,
  messages: SuggestedMessages,
): string {
  const stage = report.plan.stages[report.stageIndex];
  const { flagOffAtMs, closedAtMs } = report;
  const facts = [
    `Flag: \`${report.flagKey}\` in ${report.environment.name}`,
    ...(stage ? [`Stage: ${inline(stage.name)} (${stage.percent} %)`] : []),
    `Opened: ${utc(report.openedAtMs)}`,
    ...(flagOffAtMs === null ? [] : [`Flag taken back: ${utc(flagOffAtMs)}`]),
    closedAtMs === null
      ? 'Still open'
      : `Closed: ${utc(closedAtMs)} (${report.closing} by ${inline(report.closedBy ?? '')})`,
    impactWords(report),
  ];
  const sections = [
    `# ${report.kind === 'rollback' ? 'Rollback' : 'Investigation'} of ${report.flagKey}`,
    list(facts),
    '## Why',
    list(report.reasons.map(inline)),
    ...(report.numbers.length > 0 ? ['## Numbers', list(report.numbers.map(inline))] : []),
    ...guardrailSections(report),
    ...(report.plan.impact.kind === 'A'
      ? []
      : ['## Data', inline(describeWayBack(report.plan, report.stageIndex))]),
    '## Time line',
    list(
      report.timeline.map(
        ({ atMs, text: what, by }) =>
          `${utc(atMs)} – ${inline(what)}${by === null ? '' : ` (${inline(by)})`}`,
      ),
    ),
    '# Post-mortem',
    text.trim(),
    '## Action items',
    actionItemLines(report) || 'None yet.',
    '# Suggested messages',
    `**Status page.** ${messages.statusPage}`,
    `**E-mail: ${messages.email.subject}**`,
    messages.email.body,
    `**Banner.** ${messages.banner}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function actionItemLines({ actionItems }: IncidentReport): string {
  const lines = actionItems.map(
    ({ done, text, owner }) =>
      `- [${done ? 'x' : ' '}] ${inline(text)}${owner === '' ? '' : ` – ${inline(owner)}`}`,
  );
  return lines.join('\n');
}

function guardrailSections({ evidence }: IncidentReport): string[] {
  if (evidence === null) return [];
  const rows = evidence.guardrails.map(
    ({ id, event, treatment, control }) =>
      `| ${inline(id)} | ${inline(event)} | ${treatment.withEvent} of ${treatment.people} | ${control.withEvent} of ${control.people} |`,
  );
  return [
    '## People',
    `${evidence.affected} people had the change, ${evidence.optedIn} of them had opted in; ${evidence.active} people were active.`,
    `| Guardrail | Event | With the change | Without |\n| --- | --- | --- | --- |\n${rows.join('\n')}`,
    ...sessionSections(evidence),
  ];
}

function sessionSections({ guardrails }: NonNullable<IncidentReport['evidence']>): string[] {
  const lines = guardrails.flatMap(({ id, sessions }) =>
    (['treatment', 'control'] as const).flatMap((arm) =>
      sessions[arm].map(
        ({ sessionId, atMs }) =>
          `${inline(id)}, ${arm === 'treatment' ? 'with' : 'without'} the change: ${codeId(sessionId)} at ${utc(atMs)}`,
      ),
    ),
  );
  return lines.length === 0 ? [] : ['## Sessions', list(lines)];
}
