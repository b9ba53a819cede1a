// Filters of flags on the wire: in the query of lists (as PostHog's API has them), and in the body of bulk
// changes, where the same names hold JSON values.
import { z } from 'zod';
import { queryJson } from '#kernel/http.contract';
import { EVALUATION_RUNTIMES, FLAG_KINDS } from './flag.ts';
import { FLAG_TYPES } from './flag-filter.ts';

const tagList = z.array(z.string().max(100)).max(100);
const environmentKeys = z.array(z.string().max(100)).max(20);
const ACTIVE = ['true', 'false', 'STALE'] as const;

const shared = {
  search: z.string().max(400).optional().describe('Part of the key, the description or a tag.'),
  type: z.enum(FLAG_TYPES).optional(),
  kind: z.enum(FLAG_KINDS).optional(),
  created_by_id: z.string().max(100).optional(),
  owner_id: z.string().max(100).optional().describe('Id of a person, or "none".'),
  evaluation_runtime: z.enum(EVALUATION_RUNTIMES).optional(),
};

const yesOrNo = z.stringbool({ truthy: ['true'], falsy: ['false'] });

export const flagFilterQuery = {
  ...shared,
  active: z
    .enum(ACTIVE)
    .optional()
    .describe('In the environment; STALE: on, but not asked for within 30 days.'),
  archived: yesOrNo.default(false),
  has_evaluation_contexts: yesOrNo.optional(),
  tags: queryJson(tagList).optional().describe('JSON list: flags with any of these.'),
  excluded_tags: queryJson(tagList).optional().describe('JSON list: flags with none of these.'),
  on_in: queryJson(environmentKeys)
    .optional()
    .describe('JSON list of keys of environments: on in each of them.'),
  off_in: queryJson(environmentKeys)
    .optional()
    .describe('JSON list of keys of environments: off in each of them.'),
};

/** Tools send what they have in their own query along, as texts. */
const looseBoolean = z.union([z.boolean(), yesOrNo]);

export const FlagFilterBody = z
  .strictObject({
    ...shared,
    active: z
      .union([z.boolean(), z.enum(ACTIVE)])
      .transform(String)
      .pipe(z.enum(ACTIVE))
      .optional(),
    archived: looseBoolean.default(false),
    has_evaluation_contexts: looseBoolean.optional(),
    tags: tagList.optional(),
    excluded_tags: tagList.optional(),
    on_in: environmentKeys.optional(),
    off_in: environmentKeys.optional(),
  })
  .meta({ id: 'FlagFilter' });
