// Types of values and where they come from, in words.
import type { ValueSource, ValueType } from 'serin/flags/flag';

export const TYPE_WORDS: Readonly<Record<ValueType, string>> = {
  boolean: 'true or false',
  string: 'a text',
  number: 'a number',
  object: 'a JSON object',
};

export const SOURCE_WORDS: Readonly<Record<ValueSource, string>> = {
  enabled: 'On or off',
  variant: 'The key of the variant',
  payload: 'The payload',
};

/** Where a value of that type can come from. */
export function sourcesFor(type: ValueType): readonly ValueSource[] {
  if (type === 'boolean') return ['enabled', 'variant', 'payload'];
  return type === 'object' ? ['payload'] : ['variant', 'payload'];
}

/** What is declared; empty when nothing is. */
export function valueWords(type: ValueType | null, source: ValueSource | null): string {
  if (type === null) return '';
  return source === null
    ? TYPE_WORDS[type]
    : `${TYPE_WORDS[type]}, ${SOURCE_WORDS[source].toLowerCase()}`;
}
