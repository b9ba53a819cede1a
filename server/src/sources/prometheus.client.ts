// Prometheus' HTTP API as far as guardrails ask it: a range of evenly spaced readings, and whether a query works at all.
// Source: https://prometheus.io/docs/prometheus/latest/querying/api/ (instant and range queries), seen on 2.42.
import { type Outgoing, OutgoingError } from '#platform/http/outgoing';

/** Where a Prometheus is, and what lets us in. */
export type PrometheusTarget = { readonly url: string; readonly token: string | null };

/** One series: labels, and readings by time (milliseconds); NaN and infinite ones are left out. */
export type PrometheusSeries = {
  readonly labels: Readonly<Record<string, string>>;
  readonly readings: ReadonlyMap<number, number>;
};

export type RangeQuery = {
  readonly query: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
};

/** A source that cannot be read. `isQuery`: it can, and refuses the query. */
export class SourceError extends Error {
  readonly isQuery: boolean;

  constructor(message: string, isQuery = false, cause?: unknown) {
    super(message, { cause });
    this.isQuery = isQuery;
  }
}

const TIMEOUT_MS = 10_000;
/** 11,000 readings of some thousand series would be more; a guardrail has a few. */
const MAX_BYTES = 8_000_000;

/** Readings at `fromMs`, `fromMs + stepMs`, … `toMs`; no series where there is no data. @throws SourceError */
export async function queryRange(
  outgoing: Outgoing,
  target: PrometheusTarget,
  { query, fromMs, toMs, stepMs }: RangeQuery,
): Promise<PrometheusSeries[]> {
  const form = new URLSearchParams({
    query,
    start: String(fromMs / 1000),
    end: String(toMs / 1000),
    step: String(stepMs / 1000),
    timeout: `${TIMEOUT_MS / 1000}s`,
  });
  const answer = await send(outgoing, target, form);
  const result = readAnswer(answer);
  return result.map((series) => seriesOf(series));
}

async function send(outgoing: Outgoing, { url, token }: PrometheusTarget, form: URLSearchParams) {
  const base = url.replace(/\/+$/, '');
  const request = {
    method: 'POST',
    url: `${base}/api/v1/query_range`,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: form.toString(),
  } as const;
  try {
    return await outgoing.send(request, { timeoutMs: TIMEOUT_MS, maxAnswerBytes: MAX_BYTES });
  } catch (error) {
    if (!(error instanceof OutgoingError)) throw error;
    throw new SourceError(`Prometheus is out of reach: ${error.message}`, false, error);
  }
}

type Answer = {
  readonly status?: unknown;
  readonly error?: unknown;
  readonly data?: { readonly resultType?: unknown; readonly result?: unknown };
};

function readAnswer({
  status,
  body,
}: {
  readonly status: number;
  readonly body: string;
}): unknown[] {
  const answer = parsed(body);
  if (status === 200 && answer?.status === 'success' && Array.isArray(answer.data?.result)) {
    return answer.data.result;
  }
  const said = typeof answer?.error === 'string' ? answer.error.slice(0, 300) : null;
  // 400: it cannot be parsed or is not answerable as it is; 422: it cannot be carried out.
  if (status === 400 || status === 422) {
    throw new SourceError(`Prometheus refuses the query: ${said ?? `status ${status}`}`, true);
  }
  if (status === 401 || status === 403) {
    throw new SourceError(`Prometheus lets nobody in with this token (status ${status}).`);
  }
  throw new SourceError(`Prometheus answered with status ${status}${said ? `: ${said}` : ''}.`);
}

function parsed(body: string): Answer | undefined {
  try {
    return JSON.parse(body) as Answer;
  } catch {
    return undefined;
  }
}

function seriesOf(series: unknown): PrometheusSeries {
  const { metric, values } = (series ?? {}) as {
    metric?: Record<string, string>;
    values?: unknown;
  };
  if (!Array.isArray(values)) throw new SourceError('Prometheus answered without readings.');
  const readings = (values as [number, string][])
    .map(([seconds, text]) => [Math.round(seconds * 1000), Number(text)] as const)
    .filter(([, value]) => Number.isFinite(value));
  return { labels: metric ?? {}, readings: new Map(readings) };
}
