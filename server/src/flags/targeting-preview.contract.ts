// How many people a flag would reach, before it is saved.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';
import { GroupInput, groupTypeIndex } from './filters.contract.ts';
import { draftFields } from './test-evaluation.contract.ts';

const people = z.number().int();

export const TargetingPreviewBody = z
  .object({
    people: people.describe('People of the environment.'),
    looked_at: people,
    is_estimate: z.boolean().describe('True when the counts are of a sample, put in proportion.'),
    /** In stored order, counted as if the flag were on. */
    sets: z.array(
      z.object({
        matching: people
          .nullable()
          .describe('Whose properties hold; null when dealt out by group.'),
        taken: people
          .nullable()
          .describe('Whom the set decides for; null when dealt out by group.'),
        asks_for_groups: z
          .boolean()
          .describe('Groups come with requests, so the counts leave out whoever would bring one.'),
      }),
    ),
    /** People by what they get; those who get false are left out. */
    values: z.array(z.object({ value: z.string(), people })),
    /** Whose value would differ from now; null for a flag that is not created yet. */
    changes: z.object({ gained: people, lost: people, other: people }).nullable(),
  })
  .meta({ id: 'TargetingPreview' });

export const targetingPreviewRoutes = {
  preview: route({
    method: 'POST',
    path: '/api/projects/:project_id/feature_flags/preview/',
    summary: 'Count the known people that a flag would reach with a draft that is not saved',
    tag: 'flags',
    auth: 'feature_flag:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z
      .strictObject({
        /** Number or key of a stored flag; left out for one that is not created yet. */
        flag: z.string().min(1).max(400).optional(),
        ...draftFields,
      })
      .meta({ id: 'TargetingPreviewInput' }),
    response: TargetingPreviewBody,
  }),
  blastRadius: route({
    method: 'POST',
    path: '/api/projects/:project_id/feature_flags/user_blast_radius/',
    summary:
      'Count the known people, or groups of a type, that one condition set means before its share',
    tag: 'flags',
    auth: 'feature_flag:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z
      .strictObject({
        condition: GroupInput,
        group_type_index: groupTypeIndex.nullable().optional(),
      })
      .meta({ id: 'BlastRadiusInput' }),
    response: z
      .object({
        users_affected: people,
        total_users: people,
        is_estimate: z.boolean().describe('True when not everybody was looked at.'),
      })
      .meta({ id: 'BlastRadius' }),
  }),
};
