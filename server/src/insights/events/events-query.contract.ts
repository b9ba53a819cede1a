// `EventsQuery` on the wire.
import { z } from 'zod';
import { MAX_ROWS } from '../hogql/hogql.ts';
import { Filters, displayOnly, given } from '../query-parts.contract.ts';

const Expression = z.string().min(1).max(5000);
const EventName = z.string().min(1).max(400);

export const EventsQueryBody = z
  .strictObject({
    kind: z.literal('EventsQuery'),
    select: z
      .array(Expression)
      .min(1)
      .max(50)
      .describe('Expressions over the view of events (docs/sql.md), `*` or `person`.'),
    where: given(z.array(Expression).max(50)).describe('Expressions that all hold.'),
    event: given(EventName),
    events: given(z.array(EventName).max(100)),
    personId: given(z.guid()),
    properties: given(Filters),
    fixedProperties: given(Filters),
    filterTestAccounts: given(z.boolean()),
    after: given(z.string().max(50)).describe('`-24h` when left out; `all` for every event.'),
    before: given(z.string().max(50)),
    orderBy: given(z.array(Expression).max(20)).describe('The newest first when left out.'),
    limit: given(z.number().int().min(1).max(MAX_ROWS)),
    offset: given(z.number().int().min(0).max(1_000_000)),
    ...displayOnly('version', 'response', 'modifiers', 'tags'),
  })
  .meta({ id: 'EventsQuery' });
