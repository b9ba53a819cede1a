// `HogQLQuery` on the wire.
import { z } from 'zod';
import { displayOnly, given, narrowing } from '../query-parts.contract.ts';

const MAX_STATEMENT = 50_000;
const MAX_VALUES = 100;

const Value = z.union([
  z.string().max(10_000),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.string().max(2000)).max(10_000),
  z.array(z.number()).max(10_000),
]);

const named = <T extends z.ZodType>(value: T) =>
  z
    .record(z.string().max(200), value)
    .refine((all) => Object.keys(all).length <= MAX_VALUES, `At most ${MAX_VALUES}.`);

export const HogqlQueryBody = z
  .strictObject({
    kind: z.literal('HogQLQuery'),
    query: z
      .string()
      .min(1)
      .max(MAX_STATEMENT)
      .describe('One SELECT in the SQL of ClickHouse, over the views of docs/sql.md.'),
    values: given(named(Value)).describe('What stands in place of `{name}`.'),
    filters: given(
      z.strictObject({
        dateRange: narrowing.dateRange,
        properties: narrowing.properties,
        filterTestAccounts: narrowing.filterTestAccounts,
      }),
    ).describe(
      'Where the statement has `{filters}`, the view of events has only what these mean; ' +
        '`{filters.dateRange.from}` and `{filters.dateRange.to}` are the ends of the range.',
    ),
    variables: given(
      named(
        z.strictObject({
          code_name: z.string().min(1).max(200),
          value: given(Value),
          isNull: given(z.boolean()),
          ...displayOnly('variableId'),
        }),
      ),
    ).describe('What stands in place of `{variables.code_name}`.'),
    ...displayOnly('name', 'version', 'response', 'modifiers', 'tags'),
  })
  .meta({ id: 'HogQLQuery' });
