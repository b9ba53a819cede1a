// Answers OFREP's two questions: one flag, which counts as its use, and all flags, which a client keeps and asks
// for again with an ETag.
import { hash } from 'node:crypto';
import type { Ingest } from '#ingest';
import { canonicalJson } from '#kernel/json';
import type { EnvironmentRef } from '#platform/ctx';
import type { Rollouts } from '#rollouts';
import { andThen } from '#sdk/evaluation/and-then';
import {
  type EvaluationDeps,
  type ResolvedRequest,
  evaluateResolved,
  resolveRequest,
} from '#sdk/evaluation/evaluate-request.service';
import type { EvaluationRequest } from '#sdk/evaluation/evaluation-request';
import { flagSetIdOf } from '#sdk/evaluation/flag-set-id';
import type { Runtime } from '#sdk/evaluation/runtime';
import { matchesEtag } from '#sdk/http/negotiate';
import type { UsageRecorder } from '#usage';
import type { Freshness } from './freshness.service.ts';
import type { StreamOffers } from './stream-offers.service.ts';
import { type Allocate, type ItemContext, encodeBulk, encodeSingle } from './wire/ofrep-answer.ts';
import { OfrepFailure } from './wire/ofrep-failure.ts';

/** 1 min: how long an answer may be kept whose conditions look at the clock. */
const CLOCK_STEP_MS = 60_000;
/** Who asks here is an OpenFeature SDK, whatever HTTP client it uses. */
const OPENFEATURE = 'openfeature/1';
/** 162 bits. */
const ETAG_CHARS = 27;

export type OfrepDeps = EvaluationDeps & {
  /** Undefined where there are no streams. */
  readonly offers: StreamOffers | undefined;
  readonly freshness: Freshness;
  readonly ingest: Pick<Ingest, 'recordEvaluations'>;
  readonly usage: UsageRecorder;
  readonly rollouts: Pick<Rollouts, 'stagesIn'>;
};

/** Who asks what. */
export type OfrepAsk = {
  readonly environment: EnvironmentRef;
  readonly runtime: Runtime | 'all';
  readonly request: EvaluationRequest;
  readonly requestId: string;
};

export type OfrepAnswer = {
  readonly status: number;
  /** As it stands in the header. */
  readonly etag?: string;
  /**
   * Writes the body; undefined when the client has it already. Memory is shared among answers, so call it in the turn in
   * which the body is sent: another answer may be written in the next.
   */
  readonly write: ((allocate: Allocate) => Uint8Array) | undefined;
};

/**
 * One flag; whoever gets a value is noted as someone who uses the flag.
 * @throws OfrepFailure FLAG_NOT_FOUND, also for flags that the caller must not see.
 */
export function answerSingle(
  deps: OfrepDeps,
  ask: OfrepAsk,
  key: string,
): OfrepAnswer | Promise<OfrepAnswer> {
  const { environment, request, requestId } = ask;
  return andThen(resolveRequest(deps, callerOf(ask), request), (resolved) => {
    const { snapshot, evaluations, evaluatedAtMs } = evaluateResolved(deps, resolved);
    const [evaluation] = evaluations;
    deps.usage.answered(environment.id, OPENFEATURE, evaluations, [key]);
    if (!evaluation) {
      throw new OfrepFailure('FLAG_NOT_FOUND', `There is no flag "${key}" here.`);
    }
    const context = itemContext(deps, environment);
    const { bytes, isFailure } = encodeSingle(snapshot.set.byKey, evaluation, context, requestId);
    const { distinctId, groups } = request;
    if (distinctId !== undefined && evaluation.reason.code !== 'flag_disabled') {
      const served = { distinctId, groups, evaluatedAtMs, evaluations };
      deps.ingest.recordEvaluations(environment.id, served);
    }
    return { status: isFailure ? 400 : 200, write: () => bytes };
  });
}

/**
 * All flags that the caller may see. Nothing is evaluated when the client's ETag says that flags, person and
 * context are as they were.
 */
export function answerBulk(
  deps: OfrepDeps,
  ask: OfrepAsk,
  ifNoneMatch: string | undefined,
): OfrepAnswer | Promise<OfrepAnswer> {
  const { environment, request, requestId } = ask;
  return andThen(resolveRequest(deps, callerOf(ask), request), (resolved) => {
    const context = itemContext(deps, environment);
    const offer = deps.offers?.offerFor(environment.id);
    const { isStale, stages } = context;
    const parts = [ask.runtime, isStale, stages.version, offer?.window];
    const etag = etagOf(deps, resolved, parts);
    if (matchesEtag(ifNoneMatch, etag)) return { status: 304, etag, write: undefined };
    const { snapshot, evaluations } = evaluateResolved(deps, resolved);
    deps.usage.answered(environment.id, OPENFEATURE, evaluations);
    const { flagSetId } = context;
    const metadata = JSON.stringify({ flagSetId, version: snapshot.version, requestId });
    const streams = offer === undefined ? '' : `,"eventStreams":${offer.json}`;
    const tail = `,"metadata":${metadata}${streams}`;
    const write = (allocate: Allocate): Uint8Array =>
      encodeBulk(snapshot.set.byKey, evaluations, context, tail, allocate);
    return { status: 200, etag, write };
  });
}

function callerOf({ environment, runtime }: OfrepAsk) {
  return { environmentId: environment.id, runtime, withDisabled: true };
}

function itemContext({ snapshots, rollouts }: OfrepDeps, environment: EnvironmentRef): ItemContext {
  return {
    flagSetId: flagSetIdOf(environment),
    isStale: snapshots.staleSinceMs() !== undefined,
    stages: rollouts.stagesIn(environment.id),
  };
}

/**
 * Strong, over everything that decides: flags, context, what is stored about the person, the address of the stream,
 * and the minute where conditions look at the clock. ofrep-web-provider 0.4.3 sends the tag of another context's answer.
 */
function etagOf(
  { clock }: OfrepDeps,
  { snapshot, subject }: ResolvedRequest,
  others: readonly (string | number | boolean | undefined)[],
): string {
  const step = snapshot.set.usesClock ? Math.floor(clock.now() / CLOCK_STEP_MS) : 0;
  const parts = [snapshot.version, step, ...others, canonicalJson(subject)];
  return `"${hash('sha256', parts.join('|'), 'base64url').slice(0, ETAG_CHARS)}"`;
}
