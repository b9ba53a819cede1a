// Early-access features: what people opt in to by themselves. Opting in is a person property; a feature
// only tells the flag whether that property decides, in every environment, in one transaction with its row.
import { listProjectEnvironments } from '#accounts';
import { recordAudit } from '#audit';
import { createFlag, findFeatureOfFlag, findFlag, getFlag, updateFlag } from '#flags';
import {
  type EnrollmentCounts,
  type PersonWithIds,
  countEnrollments,
  readEnrolledPeople,
} from '#identity';
import { SerinError, fail } from '#kernel/errors';
import { type Db, type ProjectCtx, inTransaction, userIdOf } from '#platform/ctx';
import {
  DEFAULT_STAGES,
  STAGES,
  enrollmentProperty,
  flagKeyFor,
  flagProblem,
  isEnrolling,
  isListed,
} from './early-access.ts';
import {
  type Feature,
  type FeatureFields,
  deleteFeatureRow,
  findFeature,
  insertFeature,
  listFeatureRows,
  listOfferedFeatures,
  lockFeatures,
  updateFeatureRow,
} from './early-access.store.ts';

/** More than this many at once no page of choices could show. */
const MAX_FEATURES = 200;

export type OfferedFeature = Feature;
/** A feature with how many people have chosen, in the environment of the ctx. */
export type CountedFeature = Feature & EnrollmentCounts;

export async function listFeatures(ctx: ProjectCtx): Promise<CountedFeature[]> {
  return counted(ctx, await listFeatureRows(ctx.db, ctx.projectId));
}

/** @throws not_found */
export async function getFeature(ctx: ProjectCtx, id: string): Promise<CountedFeature> {
  const [feature] = await counted(ctx, [await mustFind(ctx, id)]);
  return feature as CountedFeature;
}

/**
 * What an application may offer its people, in the stages asked for.
 * @param asked stages as they were sent; none: those that PostHog tells by default
 */
export async function offeredFeatures(
  db: Db,
  projectId: number,
  asked: readonly string[],
): Promise<OfferedFeature[]> {
  const wanted = asked.length === 0 ? DEFAULT_STAGES : STAGES.filter((one) => asked.includes(one));
  return listOfferedFeatures(db, projectId, wanted.filter(isListed));
}

export type NewFeature = FeatureFields & {
  /** Left out: a new flag is made, on for nobody. */
  readonly flag?: string | undefined;
  readonly reason?: string | null | undefined;
};

/**
 * Creates a feature and lets its flag be opted in to.
 * @throws invalid_input naming the flag or its problem; unique when the flag has a feature already; what
 *   protected environments ask for.
 */
export async function createFeature(ctx: ProjectCtx, input: NewFeature): Promise<CountedFeature> {
  const id = await inTransaction(ctx, async (tx) => {
    await lockFeatures(tx.db, tx.projectId);
    if ((await listFeatureRows(tx.db, tx.projectId)).length >= MAX_FEATURES) {
      fail('invalid_input', { detail: `A project has at most ${MAX_FEATURES} features.` });
    }
    const flagId = await flagFor(tx, input);
    const made = crypto.randomUUID();
    const at = new Date(tx.clock.now());
    const by = { projectId: tx.projectId, createdBy: userIdOf(tx), at };
    await insertFeature(tx.db, { ...fieldsOf(input), ...by, id: made, flagId });
    await setEnrollment(tx, flagId, isEnrolling(input.stage), reasonFor(input));
    await audit(tx, made, 'created', undefined, await mustFind(tx, made), input.reason);
    return made;
  });
  return getFeature(ctx, id);
}

type FeatureChange = { readonly [F in keyof FeatureFields]?: FeatureFields[F] | undefined } & {
  readonly reason?: string | null | undefined;
};

/**
 * Changes what is given; a stage in which opting in counts, or does not, changes the flag.
 * @throws not_found; what protected environments ask for
 */
export async function updateFeature(
  ctx: ProjectCtx,
  id: string,
  change: FeatureChange,
): Promise<CountedFeature> {
  await inTransaction(ctx, async (tx) => {
    const before = await mustFind(tx, id, true);
    const after: FeatureFields = {
      name: change.name ?? before.name,
      description: change.description ?? before.description,
      stage: change.stage ?? before.stage,
      documentationUrl: change.documentationUrl ?? before.documentationUrl,
      payload: change.payload ?? before.payload,
    };
    if (change.stage !== undefined) {
      const reason = reasonFor({ ...after, reason: change.reason });
      await setEnrollment(tx, before.flagId, isEnrolling(after.stage), reason);
    }
    await updateFeatureRow(tx.db, id, after, new Date(tx.clock.now()));
    await audit(tx, id, 'updated', before, await mustFind(tx, id), change.reason);
  });
  return getFeature(ctx, id);
}

/**
 * Removes a feature. Its flag stays, and goes by its own conditions from then on; what people chose stays
 * with them, unheeded.
 * @throws not_found; what protected environments ask for
 */
export async function deleteFeature(ctx: ProjectCtx, id: string, reason?: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const before = await mustFind(tx, id, true);
    const why = reason ?? `The early-access feature “${before.name}” was removed.`;
    await setEnrollment(tx, before.flagId, false, why);
    await deleteFeatureRow(tx.db, id);
    await audit(tx, id, 'deleted', before, undefined, reason);
  });
}

/**
 * One page of the people who opted in, or out, in the environment of the ctx.
 * @throws not_found
 */
export async function listChoosers(
  ctx: ProjectCtx,
  id: string,
  page: { readonly isOptedIn: boolean; readonly limit: number; readonly offset: number },
): Promise<{ count: number; persons: PersonWithIds[] }> {
  const { flagKey } = await mustFind(ctx, id);
  const asked = { property: enrollmentProperty(flagKey), ...page };
  return readEnrolledPeople(ctx.db, ctx.environment.id, asked);
}

/** The number of the flag that the feature is about; makes one when none is named. */
async function flagFor(tx: ProjectCtx, input: NewFeature): Promise<number> {
  if (input.flag === undefined) {
    const key = flagKeyFor(input.name);
    const name = input.description || input.name;
    const flag = await createFlag(tx, { key, name, reason: reasonFor(input) }).catch(
      (error: unknown) => {
        if (!(error instanceof SerinError) || error.code !== 'unique') throw error;
        const detail = `There is already a flag “${key}”; choose it, or another name.`;
        fail('unique', { attr: 'name', detail });
      },
    );
    return flag.id;
  }
  const attr = 'feature_flag_id';
  const flag = await getFlag(tx, input.flag).catch(() =>
    fail('invalid_input', { attr, detail: `There is no flag ${input.flag}.` }),
  );
  const problem = flagProblem(flag);
  if (problem !== undefined) fail('invalid_input', { attr, detail: problem });
  const other = await findFeatureOfFlag(tx.db, flag.id);
  if (other === undefined) return flag.id;
  fail('unique', { attr, detail: `The flag belongs to the feature “${other}” already.` });
}

/** Lets what people chose decide the flag, or not, in every environment. */
async function setEnrollment(
  tx: ProjectCtx,
  flagId: number,
  isOn: boolean,
  reason: string,
): Promise<void> {
  for (const environment of await listProjectEnvironments(tx.db, tx.projectId)) {
    const flag = await findFlag(tx, flagId, environment.id);
    if (!flag || flag.deleted || (flag.filters.feature_enrollment === true) === isOn) continue;
    const filters = { ...flag.filters, feature_enrollment: isOn };
    await updateFlag({ ...tx, environment }, String(flagId), { filters, reason });
  }
}

async function counted(ctx: ProjectCtx, features: readonly Feature[]): Promise<CountedFeature[]> {
  const properties = features.map(({ flagKey }) => enrollmentProperty(flagKey));
  const counts = await countEnrollments(ctx.db, ctx.environment.id, properties);
  return features.map((feature) => {
    const own = counts.get(enrollmentProperty(feature.flagKey));
    return { ...feature, optedIn: own?.optedIn ?? 0, optedOut: own?.optedOut ?? 0 };
  });
}

async function mustFind(ctx: ProjectCtx, id: string, isLocked = false): Promise<Feature> {
  const feature = await findFeature(ctx.db, ctx.projectId, id, isLocked);
  return feature ?? fail('not_found', { detail: 'There is no such early-access feature.' });
}

function fieldsOf({ name, description, stage, documentationUrl, payload }: FeatureFields) {
  return { name, description, stage, documentationUrl, payload };
}

function reasonFor({ name, stage, reason }: Pick<NewFeature, 'name' | 'stage' | 'reason'>): string {
  return reason ?? `The early-access feature “${name}” is now: ${stage}.`;
}

async function audit(
  tx: ProjectCtx,
  id: string,
  action: string,
  before: Feature | undefined,
  after: Feature | undefined,
  reason: string | null | undefined,
): Promise<void> {
  const view = (feature: Feature | undefined) =>
    feature && { ...fieldsOf(feature), flag: feature.flagKey };
  await recordAudit(tx, {
    projectId: tx.projectId,
    action,
    resourceKind: 'early_access_feature',
    resourceId: id,
    before: view(before),
    after: view(after),
    reason: reason ?? null,
  });
}
