// Fields of a guardrail that do not go together, each refused by its name.
import type { GuardrailFields } from './guardrail-fields.ts';
import { KIND_DEFAULTS, KIND_FIELDS, type KindField } from './guardrail-kinds.ts';

type Fault = { readonly field: keyof GuardrailFields; readonly reason: string };

const isGiven = (one: GuardrailFields, field: KindField): boolean => {
  const value = one[field];
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
};

export function faultsOf(one: GuardrailFields): Fault[] {
  return [...kindFaults(one), ...statusFaults(one), ...compareFaults(one)];
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

function statusFaults(one: GuardrailFields): Fault[] {
  if (one.kind !== 'api_error_users' || one.event !== undefined) return [];
  const reason = '`$http_server_error` has no other status; name an event of your own.';
  return (['status', 'status_property'] as const).flatMap((field) =>
    one[field] === undefined ? [] : [{ field, reason }],
  );
}

function compareFaults(one: GuardrailFields): Fault[] {
  const { kind, compare, absolute, direction } = one;
  const { compare: modes, measure } = KIND_DEFAULTS[kind];
  if (compare !== undefined && !modes.includes(compare)) {
    return [{ field: 'compare', reason: `${kind} compares by ${modes.join(', ')}.` }];
  }
  if (measure === 'latency' && direction === 'down') {
    return [{ field: 'direction', reason: 'Slower is harm; leave direction out.' }];
  }
  const isShare = measure === 'share' || measure === 'conversion';
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
