// Incidents as they go over the wire: snake_case, ISO times.
import type { Rollout } from '../read.service.ts';
import { toEvaluation, toWayBack } from '../rollout-wire.routes.ts';
import type { GuardrailHurt, IncidentEvidence, PinnedSession } from './incident.ts';
import type { IncidentSummaryWire, IncidentWire } from './incidents.contract.ts';
import { suggestMessages } from './messages.ts';
import { blastRadiusOf, exposureMsOf } from './report.ts';
import type { Incident, IncidentDetail } from './report.service.ts';

const iso = (date: Date | null | undefined): string | null => date?.toISOString() ?? null;
const at = (ms: number): string => new Date(ms).toISOString();
const atOrNull = (ms: number | null): string | null => (ms === null ? null : at(ms));

export function toIncidentSummary(
  incident: Incident,
  stages: Rollout['plan']['stages'],
): IncidentSummaryWire {
  const stage = stages[incident.stageIndex];
  return {
    id: incident.id,
    rollout_id: incident.rolloutId,
    flag_id: incident.flagId,
    flag_key: incident.flagKey,
    environment: incident.environmentKey,
    kind: incident.kind,
    opened_at: incident.openedAt.toISOString(),
    flag_off_at: iso(incident.flagOffAt),
    closed_at: iso(incident.closedAt),
    closing: incident.closing,
    closed_by: incident.closedBy,
    stage: { index: incident.stageIndex, name: stage?.name ?? '', percent: stage?.percent ?? 0 },
    culprits: [...incident.culprits],
    reasons: [...incident.reasons],
    affected: incident.evidence?.affected ?? null,
    post_mortem_version: incident.textVersion,
  };
}

export function toIncident(detail: IncidentDetail): IncidentWire {
  const { incident, rollout, report, look, looks, postMortem } = detail;
  const { alpha, alphaPause } = rollout.plan.policy;
  const { evidence, banner } = incident;
  return {
    ...toIncidentSummary(incident, rollout.plan.stages),
    acknowledgement: acknowledgementOf(incident),
    decision: {
      look: look && toEvaluation(look, rollout.plan),
      looks: looks.map(({ atMs, lnECombined, guardrails, verdict }) => ({
        at: at(atMs),
        verdict,
        ln_e: lnECombined,
        guardrails: guardrails.map(({ lnE, ...one }) => ({ ...one, ln_e: lnE })),
      })),
      rollback_line: -Math.log(alpha),
      pause_line: -Math.log(alphaPause),
    },
    way_back: toWayBack(rollout.plan, incident.stageIndex),
    evidence: evidence && toEvidence(evidence, report.flagOffAtMs),
    timeline: report.timeline.map(({ atMs, kind, text, by }) => ({ at: at(atMs), kind, text, by })),
    messages: toMessages(suggestMessages(report)),
    post_mortem: {
      text: postMortem.body,
      version: postMortem.version,
      saved_by: postMortem.savedBy ?? null,
      saved_at: iso(postMortem.savedAt),
    },
    action_items: incident.actionItems.map((item) => ({ ...item })),
    banner: banner && {
      flag_key: banner.flagKey,
      set_at: at(banner.setAtMs),
      cleared_at: atOrNull(banner.clearedAtMs),
    },
  };
}

function acknowledgementOf({ kind, closedAt }: Incident): IncidentWire['acknowledgement'] {
  if (kind === 'investigation') return 'none';
  return closedAt === null ? 'needed' : 'given';
}

const toMessages = ({ statusPage, email, banner }: ReturnType<typeof suggestMessages>) => ({
  status_page: statusPage,
  email: { ...email },
  banner,
});

function toEvidence(evidence: IncidentEvidence, flagOffAtMs: number | null) {
  const exposureMs = exposureMsOf(flagOffAtMs, evidence);
  return {
    collected_at: at(evidence.collectedAtMs),
    from: at(evidence.fromMs),
    to: at(evidence.toMs),
    affected: evidence.affected,
    opted_in: evidence.optedIn,
    active: evidence.active,
    blast_radius: blastRadiusOf(evidence),
    first_hurt_at: atOrNull(evidence.firstHurtAtMs),
    exposure_seconds: exposureMs === null ? null : exposureMs / 1000,
    guardrails: evidence.guardrails.map(toHurt),
  };
}

const toSession = ({ sessionId, personId, atMs, openAtMs }: PinnedSession) => ({
  session_id: sessionId,
  person_id: personId,
  at: at(atMs),
  open_at_ms: openAtMs ?? null,
});

function toHurt({ id, event, direction, treatment, control, firstAtMs, sessions }: GuardrailHurt) {
  return {
    id,
    event,
    direction,
    treatment: { people: treatment.people, with_event: treatment.withEvent },
    control: { people: control.people, with_event: control.withEvent },
    first_at: atOrNull(firstAtMs),
    sessions: {
      treatment: sessions.treatment.map(toSession),
      control: sessions.control.map(toSession),
    },
  };
}
