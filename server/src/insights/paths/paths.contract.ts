// `PathsQuery` on the wire.
import { z } from 'zod';
import { EVENT_TYPES } from './paths.ts';
import { Text, displayOnly, given, narrowing } from '../query-parts.contract.ts';

const weight = z.number().int().min(0).max(1_000_000_000);

export const PathsQueryBody = z
  .strictObject({
    kind: z.literal('PathsQuery'),
    pathsFilter: z.strictObject({
      includeEventTypes: given(z.array(z.enum(EVENT_TYPES)).max(EVENT_TYPES.length)),
      startPoint: given(Text),
      endPoint: given(Text),
      pathGroupings: given(z.array(Text).max(50)),
      excludeEvents: given(z.array(Text).max(100)),
      stepLimit: given(z.number().int().min(2).max(20)),
      edgeLimit: given(z.number().int().min(1).max(1000)),
      minEdgeWeight: given(weight),
      maxEdgeWeight: given(weight),
      localPathCleaningFilters: given(
        z.array(z.strictObject({ alias: Text, regex: z.string().min(1).max(1000) })).max(20),
      ),
      pathStartKey: given(Text),
      pathEndKey: given(Text),
      pathDropoffKey: given(Text),
      ...displayOnly('showFullUrls'),
    }),
    ...narrowing,
  })
  .meta({ id: 'PathsQuery' });
