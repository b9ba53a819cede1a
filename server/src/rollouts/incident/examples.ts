// Which sessions show what happened: those that can be watched, from different pages, before others.
import type { GuardrailHurt, IncidentEvidence, PinnedSession } from './incident.ts';

/** Of a guardrail and arm; also how many recordings an incident keeps of an arm. */
const MOST_EXAMPLES = 20;
/** Sessions without a recording are found again by their events. */
const MOST_UNRECORDED = 10;
/** People see what led to it. */
const LEAD_MS = 10_000;

type Candidate = { readonly sessionId: string; readonly personId: string; readonly atMs: number };
/** Times by the clock of the server. */
type Recorded = { readonly startMs: number; readonly endMs: number; readonly startUrl: string };

/** @param candidates the best first */
export function chooseExamples(
  candidates: readonly Candidate[],
  recordings: ReadonlyMap<string, Recorded>,
): PinnedSession[] {
  const watched = candidates.flatMap((one): (PinnedSession & { page: string })[] => {
    const recording = recordings.get(one.sessionId);
    if (!recording) return [];
    const { startMs, endMs, startUrl } = recording;
    const openAtMs = Math.max(0, Math.min(one.atMs, endMs) - startMs - LEAD_MS);
    return [{ ...pinned(one), openAtMs: Math.round(openAtMs), page: pageOf(startUrl) }];
  });
  const chosen = spread(watched).slice(0, MOST_EXAMPLES);
  const others = candidates
    .filter(({ sessionId }) => !recordings.has(sessionId))
    .slice(0, Math.max(0, MOST_UNRECORDED - chosen.length));
  return [...chosen.map(({ page: _page, ...one }) => one), ...others.map(pinned)];
}

const pinned = ({ sessionId, personId, atMs }: Candidate): PinnedSession => ({
  sessionId,
  personId,
  atMs,
});

const pageOf = (url: string): string => url.split(/[?#]/, 1)[0] ?? '';

/** The first of each page, then the second of each, and so on. */
function spread<T extends { readonly page: string }>(all: readonly T[]): T[] {
  const seen = new Map<string, number>();
  const ranked = all.map((one) => {
    const nth = seen.get(one.page) ?? 0;
    seen.set(one.page, nth + 1);
    return { one, nth };
  });
  return ranked.toSorted((a, b) => a.nth - b.nth).map(({ one }) => one);
}

/** Sessions to be kept, of both arms: those of the guardrails at fault first. */
export function examplesToKeep(
  { guardrails }: Pick<IncidentEvidence, 'guardrails'>,
  culprits: readonly string[],
): readonly string[] {
  const ordered = atFaultFirst(guardrails, culprits);
  return (['treatment', 'control'] as const).flatMap((arm) => {
    const ids = ordered.flatMap(({ sessions }) =>
      sessions[arm].filter(({ openAtMs }) => openAtMs !== undefined).map((one) => one.sessionId),
    );
    return [...new Set(ids)].slice(0, MOST_EXAMPLES);
  });
}

/** Where people are sent to watch: sessions with the change in which a guardrail at fault was hurt. */
export function examplesToShow(
  { guardrails }: Pick<IncidentEvidence, 'guardrails'>,
  culprits: readonly string[],
  most: number,
): readonly (PinnedSession & { readonly openAtMs: number })[] {
  const found = new Map<string, PinnedSession & { readonly openAtMs: number }>();
  for (const { sessions } of atFaultFirst(guardrails, culprits)) {
    for (const { openAtMs, ...session } of sessions.treatment) {
      if (openAtMs !== undefined && !found.has(session.sessionId)) {
        found.set(session.sessionId, { ...session, openAtMs });
      }
    }
  }
  return [...found.values()].slice(0, most);
}

const atFaultFirst = (
  guardrails: readonly GuardrailHurt[],
  culprits: readonly string[],
): readonly GuardrailHurt[] =>
  guardrails.toSorted((a, b) => Number(culprits.includes(b.id)) - Number(culprits.includes(a.id)));
