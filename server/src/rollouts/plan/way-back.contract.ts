// What going back costs in data, on the wire; the fields of a plan are in plan.contract.ts.
import { z } from 'zod';
import { ROLLBACK_IMPACTS } from './plan.ts';
import { RISKS, RISKY_COMMANDS } from './way-back.ts';

export const WayBack = z
  .object({
    impact: z.enum(ROLLBACK_IMPACTS).describe('As the plan says, see `rollback_impact`.'),
    loses_data: z
      .boolean()
      .describe(
        'Going back from where it stands loses or breaks what was written with the change.',
      ),
    is_automatic: z
      .boolean()
      .describe(
        'Serin takes it back by itself on proof of harm: by the policy, and not past the point of no return.',
      ),
    point_of_no_return: z
      .number()
      .int()
      .nullable()
      .describe('Index of the stage from which on only a backup brings the data back.'),
    has_no_way_back: z.boolean().describe('That stage is reached.'),
    text: z.string().describe('What going back does to data, and the note of the plan.'),
  })
  .meta({ id: 'RolloutWayBack' });

/**
 * A command that costs data, or leads to where there is no way back: it is refused unless its `confirm` is the phrase, typed
 * by the person who asks for it. Not listed: it needs no confirmation. Cancel counts only with `flag: revert`.
 */
export const Confirmation = z
  .object({
    command: z.enum(RISKY_COMMANDS),
    stages: z
      .array(z.number().int())
      .nullable()
      .describe('Jump and retry: only when `stage_index` is one of these. Null: always.'),
    risk: z
      .enum(RISKS)
      .describe(
        'accept: going back will lose data. cross: there is no way back from there on. lose: this goes back, and data is lost.',
      ),
    phrase: z.string().describe('What has to be typed: the flag’s key.'),
    text: z.string().describe('What is at stake, to be read before.'),
  })
  .meta({ id: 'RolloutConfirmation' });
