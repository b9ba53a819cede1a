// What people say of events and properties. Every change is one transaction: row, version counted up, audit entry.
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import { type ProjectCtx, inTransaction, userIdOf } from '#platform/ctx';
import {
  type Definition,
  type DefinitionFields,
  type DefinitionKind,
  unwritten,
} from './definition.ts';
import {
  MAX_DEFINITIONS,
  countDefinitions,
  findDefinitions,
  lockDefinition,
  saveDefinition,
} from './definitions.store.ts';

/** All that is written in the project. */
export function listDefinitions(ctx: ProjectCtx, kind: DefinitionKind): Promise<Definition[]> {
  return findDefinitions(ctx.db, { projectId: ctx.projectId, kind });
}

/**
 * Changes what is given; the name need not have been seen yet. A change of nothing counts no version up.
 * @throws conflict when `version` is given and not the current one; invalid_input when what is hidden would be
 *   verified, or when very many names are written about already
 */
export async function describe(
  ctx: ProjectCtx,
  kind: DefinitionKind,
  name: string,
  { version, ...change }: Partial<DefinitionFields> & { readonly version?: number | undefined },
): Promise<Definition> {
  const which = { projectId: ctx.projectId, kind };
  return inTransaction(ctx, async (tx) => {
    const before = (await lockDefinition(tx.db, which, name)) ?? unwritten(name);
    if (version !== undefined && version !== before.version) fail('conflict', { attr: 'version' });
    const after = { ...before, ...change };
    if (after.hidden && after.verified) {
      const attr = change.verified === true ? 'verified' : 'hidden';
      fail('invalid_input', { attr, detail: 'What is verified is not hidden.' });
    }
    if (canonicalJson(fieldsOf(after)) === canonicalJson(fieldsOf(before))) return before;
    if (before.version === 0 && (await countDefinitions(tx.db, which)) >= MAX_DEFINITIONS) {
      const detail = `At most ${MAX_DEFINITIONS} names of a project can be described.`;
      fail('invalid_input', { attr: 'name', detail });
    }
    const at = new Date(tx.clock.now());
    const saved = { ...after, version: before.version + 1, updatedAt: at };
    const isSaved = await saveDefinition(tx.db, which, saved, { by: userIdOf(tx), at });
    if (!isSaved) fail('conflict', { attr: 'version' });
    await recordAudit(tx, {
      projectId: tx.projectId,
      action: 'described',
      resourceKind: `${kind}_definition`,
      resourceId: name,
      before: fieldsOf(before),
      after: fieldsOf(saved),
    });
    return saved;
  });
}

function fieldsOf({ description, tags, verified, hidden, propertyType }: Definition) {
  return { description, tags, verified, hidden, propertyType };
}
