// Fields of a guardrail that do not go together, each refused by its name.
import type { GuardrailFields } from './guardrail-fields.ts';
import { KIND_DEFAULTS, KIND_FIELDS, type KindField } from './guardrail-kinds.ts';

type Fault = { readonly field: keyof GuardrailFields; readonly reason: string };

const isGiven = (one: GuardrailFields, field: KindField): boolean => {
  const value = one[field];
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
};

export function faultsOf(one: GuardrailFields): Fault[] {
  return [
    ...kindFaults(one),
    ...latencyFaults(one),
    ...statusFaults(one),
    ...estimateFaults(one),
    ...queryFaults(one),
    ...compareFaults(one),
  ];
}

function kindFaults(one: GuardrailFields): Fault[] {
  const { kind } = one;
  const { event, takes, needs } = KIND_DEFAULTS[kind];
  const article = /^[aeiou]/.test(kind) ? 'An' : 'A';
  if (takes.includes('event') && event === null && one.event === undefined) {
    const reason = `${article} ${kind} guardrail needs the name of its event.`;
    return [{ field: 'event', reason }];
  }
  return KIND_FIELDS.flatMap((field): Fault[] => {
    if (isGiven(one, field) && !takes.includes(field)) {
      const counts =
        field === 'event' && event !== null ? `always counts \`${event}\`` : 'takes no such field';
      return [{ field, reason: `${kind} ${counts}; leave ${field} out.` }];
    }
    if (isGiven(one, field) || !needs.includes(field)) return [];
    return [{ field, reason: `${article} ${kind} guardrail needs ${field}.` }];
  });
}

/** An event of one's own has numbers of its own, and a property belongs to its event. */
function latencyFaults({ kind, event, property }: GuardrailFields): Fault[] {
  if (kind !== 'latency') return [];
  if (event !== undefined && event !== KIND_DEFAULTS.latency.event && property === undefined) {
    return [{ field: 'property', reason: 'A latency guardrail needs property.' }];
  }
  const isOfVitals = property === undefined || property.startsWith('$web_vitals_');
  if (event !== undefined || isOfVitals) return [];
  return [{ field: 'event', reason: 'A latency guardrail needs the name of its event.' }];
}

function statusFaults(one: GuardrailFields): Fault[] {
  if (one.kind !== 'api_error_users' || one.event !== undefined) return [];
  const reason = '`$http_server_error` has no other status; name an event of your own.';
  return (['status', 'status_property'] as const).flatMap((field) =>
    one[field] === undefined ? [] : [{ field, reason }],
  );
}

function estimateFaults({ kind, estimate, unit }: GuardrailFields): Fault[] {
  if (!estimate) return [];
  if (estimate.over > estimate.windows) {
    return [{ field: 'estimate', reason: '`over` cannot be more than `windows`.' }];
  }
  if ((unit ?? KIND_DEFAULTS[kind].unit) !== 'session') return [];
  return [{ field: 'estimate', reason: 'Estimates are of people; unit must be person.' }];
}

/** One value, or bad and all events with the window to count them in. */
function queryFaults({ kind, ...one }: GuardrailFields): Fault[] {
  if (kind !== 'prometheus') return [];
  const rates = ['bad_query', 'total_query'] as const;
  if (one.query !== undefined && one.compare !== 'absolute') {
    return [{ field: 'compare', reason: 'One value has no control; compare is absolute.' }];
  }
  if (one.query !== undefined) {
    const others = [...rates, 'label', 'treatment_value', 'control_value'] as const;
    return others.flatMap((field) =>
      one[field] === undefined
        ? []
        : [{ field, reason: `query is one value; leave ${field} out.` }],
    );
  }
  if (one.estimate) {
    return [
      { field: 'estimate', reason: 'Bad of all events are weighed by evidence; leave it out.' },
    ];
  }
  return rates.flatMap((field): Fault[] => {
    const text = one[field];
    if (text === undefined) {
      return [{ field, reason: 'Give query, or bad_query and total_query.' }];
    }
    const isCounted = text.includes('$window');
    return isCounted
      ? []
      : [{ field, reason: 'Must count over [$window], the length of a window.' }];
  });
}

function compareFaults(one: GuardrailFields): Fault[] {
  const { kind, compare, absolute, direction } = one;
  const { compare: modes, measure } = KIND_DEFAULTS[kind];
  if (compare !== undefined && !modes.includes(compare)) {
    return [{ field: 'compare', reason: `${kind} compares by ${modes.join(', ')}.` }];
  }
  const isValue = one.query !== undefined;
  if (measure === 'latency' && direction === 'down') {
    return [{ field: 'direction', reason: 'Slower is harm; leave direction out.' }];
  }
  const isShare =
    measure === 'share' || measure === 'conversion' || (measure === 'external' && !isValue);
  const isLimit = (value: number | undefined) =>
    value !== undefined && value > 0 && (!isShare || value < 1);
  const unit = isShare ? 'the share itself, above 0 and below 1' : 'a value above 0';
  if (compare !== 'absolute') {
    if (!absolute || (isLimit(absolute.yellow) && isLimit(absolute.red))) return [];
    return [{ field: 'absolute', reason: `Give ${unit}.` }];
  }
  if (absolute) {
    return [{ field: 'absolute', reason: 'compare is absolute: yellow and red are the limits.' }];
  }
  return (['yellow', 'red'] as const).flatMap((field) =>
    isLimit(one[field]) ? [] : [{ field, reason: `compare is absolute: give ${unit}.` }],
  );
}
