// What somebody wrote, with its addresses as links.
import { Anchor } from '@mantine/core';
import { withLinks } from './links.ts';

/** Line breaks stay; a link opens elsewhere and is told nothing about this page. */
export function LinkedText({ text }: { text: string }) {
  return (
    <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {withLinks(text).map((part, index) =>
        part.kind === 'text' ? (
          part.text
        ) : (
          <Anchor
            key={index}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            underline="always"
          >
            {part.text}
          </Anchor>
        ),
      )}
    </span>
  );
}
