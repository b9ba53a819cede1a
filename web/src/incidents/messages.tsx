// What a team may tell its users, with the facts filled in.
import type { Incident } from '../api/incidents.ts';
import { CodeBlock } from '../ui/copy.tsx';
import { Section } from '../ui/page.tsx';
import styles from './incidents.module.css';

export function Messages({ messages }: { readonly messages: Incident['messages'] }) {
  const { status_page: statusPage, email, banner } = messages;
  const texts = [
    { name: 'Status page', text: statusPage },
    { name: 'E-mail', text: `Subject: ${email.subject}\n\n${email.body}` },
    { name: 'Banner', text: banner },
  ];
  return (
    <Section
      title="Messages for your users"
      lead="With the facts of this incident. Read them before you send them."
    >
      <div className={styles.messages}>
        {texts.map(({ name, text }) => (
          <div key={name}>
            <h3 className={styles.messageName}>{name}</h3>
            <CodeBlock code={text} what={`${name.toLowerCase()} text`} />
          </div>
        ))}
      </div>
    </Section>
  );
}
