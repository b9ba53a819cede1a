// What a template is called, and when to use it.
import { Textarea, TextInput } from '@mantine/core';

type TemplateName = { readonly name: string; readonly description: string };

type TemplateNameFieldsProps = {
  readonly value: TemplateName;
  readonly onChange: (value: TemplateName) => void;
};

export function TemplateNameFields({ value, onChange }: TemplateNameFieldsProps) {
  return (
    <>
      <TextInput
        label="Name"
        data-autofocus
        value={value.name}
        onChange={(event) => onChange({ ...value, name: event.currentTarget.value })}
      />
      <Textarea
        label="When to use it"
        autosize
        minRows={2}
        value={value.description}
        onChange={(event) => onChange({ ...value, description: event.currentTarget.value })}
      />
    </>
  );
}
