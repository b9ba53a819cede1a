// Templates of plans: saved, changed, deleted. Every change is one transaction: row, version counted up, audit entry.
import { v7 as uuidv7 } from 'uuid';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import { type ProjectCtx, inTransaction, userIdOf } from '#platform/ctx';
import { findPlanProblem } from '../plan/plan-check.ts';
import { planOf, PlanWire } from '../plan/plan.contract.ts';
import { BUILT_INS, type BuiltIn } from './templates.ts';
import type { TemplatePlan } from './templates.contract.ts';
import {
  countTemplates,
  deleteTemplateRow,
  findTemplateRow,
  insertTemplate,
  listTemplateRows,
  type Template,
  type TemplateFields,
  updateTemplateRow,
} from './templates.store.ts';

export type { Template } from './templates.store.ts';

/** More than this nobody finds again. */
const MAX_TEMPLATES = 200;

type Page = {
  readonly search: string | undefined;
  readonly limit: number;
  readonly offset: number;
};

/** A page of all templates; those that come with Serin stand before those of the project. */
export async function listTemplates(
  ctx: ProjectCtx,
  { search, limit, offset }: Page,
): Promise<{ count: number; templates: (Template | BuiltIn)[] }> {
  const wanted = search?.toLowerCase() ?? '';
  const builtIn = BUILT_INS.filter(({ name }) => name.toLowerCase().includes(wanted));
  const first = builtIn.slice(offset, offset + limit);
  const rest = {
    search,
    limit: limit - first.length,
    offset: Math.max(0, offset - builtIn.length),
  };
  const saved = rest.limit > 0 ? await listTemplateRows(ctx.db, ctx.projectId, rest) : [];
  const count = builtIn.length + (await countTemplates(ctx.db, ctx.projectId, search));
  return { count, templates: [...first, ...saved] };
}

/** @throws not_found */
export async function getTemplate(ctx: ProjectCtx, id: string): Promise<Template | BuiltIn> {
  return BUILT_INS.find((one) => one.id === id) ?? (await getSaved(ctx, id));
}

async function getSaved(ctx: ProjectCtx, id: string, isLocked = false): Promise<Template> {
  const found = await findTemplateRow(ctx.db, ctx.projectId, id, isLocked);
  return found ?? fail('not_found', { detail: 'There is no such template.' });
}

/** @throws invalid_input naming the field, or when the project has too many */
export async function createTemplate(
  ctx: ProjectCtx,
  fields: TemplateFields,
  timeScale: number,
): Promise<Template> {
  refuseImpossible(fields.plan, timeScale);
  const id = uuidv7();
  return inTransaction(ctx, async (tx) => {
    if ((await countTemplates(tx.db, tx.projectId)) >= MAX_TEMPLATES) {
      fail('invalid_input', { detail: `A project has at most ${MAX_TEMPLATES} templates.` });
    }
    const at = new Date(tx.clock.now());
    const createdBy = userIdOf(tx);
    await insertTemplate(tx.db, { ...fields, id, projectId: tx.projectId, createdBy, at });
    await audit(tx, id, 'created', undefined, fields);
    return getSaved(tx, id);
  });
}

/**
 * Changes what is given; a change of nothing counts no version up.
 * @throws invalid_input naming the field; conflict when `version` is given and not the current one; not_found
 */
export async function updateTemplate(
  ctx: ProjectCtx,
  id: string,
  change: { readonly [F in keyof TemplateFields]?: TemplateFields[F] | undefined },
  { version, timeScale }: { readonly version: number | undefined; readonly timeScale: number },
): Promise<Template> {
  refuseBuiltIn(id);
  if (change.plan) refuseImpossible(change.plan, timeScale);
  return inTransaction(ctx, async (tx) => {
    const before = await getSaved(tx, id, true);
    if (version !== undefined && version !== before.version) fail('conflict', { attr: 'version' });
    const wanted: TemplateFields = {
      name: change.name ?? before.name,
      description: change.description ?? before.description,
      plan: change.plan ?? before.plan,
    };
    if (canonicalJson(wanted) === canonicalJson(fieldsOf(before))) return before;
    const at = new Date(tx.clock.now());
    await updateTemplateRow(tx.db, id, { ...wanted, version: before.version + 1, at });
    await audit(tx, id, 'updated', before, wanted);
    return getSaved(tx, id);
  });
}

/** @throws not_found */
export async function deleteTemplate(ctx: ProjectCtx, id: string): Promise<void> {
  refuseBuiltIn(id);
  await inTransaction(ctx, async (tx) => {
    const before = await getSaved(tx, id, true);
    await deleteTemplateRow(tx.db, id);
    await audit(tx, id, 'deleted', before, undefined);
  });
}

function refuseBuiltIn(id: string): void {
  if (!BUILT_INS.some((one) => one.id === id)) return;
  fail('invalid_input', {
    attr: 'template_id',
    detail: 'This template comes with Serin; save a copy of it under another name.',
  });
}

/** What no flag could ever take is no template. */
function refuseImpossible(plan: TemplatePlan, timeScale: number): void {
  const wire = PlanWire.parse({ ...plan, flag_key: 'any' });
  const problem = findPlanProblem(planOf(wire), timeScale);
  if (problem) fail('invalid_input', { attr: `plan.${problem.field}`, detail: problem.reason });
}

const fieldsOf = ({ name, description, plan }: TemplateFields): TemplateFields => ({
  name,
  description,
  plan,
});

async function audit(
  tx: ProjectCtx,
  id: string,
  action: string,
  before: TemplateFields | undefined,
  after: TemplateFields | undefined,
): Promise<void> {
  await recordAudit(tx, {
    projectId: tx.projectId,
    action,
    resourceKind: 'rollout_template',
    resourceId: id,
    before: before && fieldsOf(before),
    after: after && fieldsOf(after),
  });
}
