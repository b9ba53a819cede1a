// Entries of the audit log in words.

const KINDS: Record<string, string> = {
  flag: 'Flag',
  flag_comment: 'Comment on',
  unknown_flag: 'Unknown flag',
  rollout: 'Rollout',
  experiment: 'Experiment',
  experiment_saved_metric: 'Shared metric',
  project: 'Project',
  environment: 'Environment',
  personal_api_key: 'API key',
  user: 'Person',
  cohort: 'Cohort',
  change_request: 'Change request',
  scheduled_change: 'Scheduled change',
  event_definition: 'Event',
  property_definition: 'Property',
};

const sentence = (name: string): string => {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** `personal_api_key` → `API key`; an unknown kind is told by its own words. */
export const kindWords = (kind: string): string => KINDS[kind] ?? sentence(kind);

/** `switched_off` → `Switched off`. */
export const actionWords = (action: string): string => sentence(action);

/** A value as text: words as they are, everything else as JSON. */
export function valueText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value || '(empty)' : JSON.stringify(value, null, 2);
}

/** A field's name as people read it: `evaluationRuntime` → `Evaluation runtime`. */
export function fieldWords(field: string): string {
  return sentence(
    field.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`),
  );
}

/** Fields that change with every save and say nothing to people. */
const SILENT = new Set(['version', 'updated_at', 'updatedAt']);

export const isTelling = (change: { readonly field: string }): boolean => !SILENT.has(change.field);
