// The frame of a page: its heading with actions, and the cards below.
import { IconArrowLeft } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useId } from 'react';
import styles from './page.module.css';

export function Page({ children, narrow = false }: { children: ReactNode; narrow?: boolean }) {
  return <div className={`${styles.page} ${narrow ? styles.narrow : ''}`}>{children}</div>;
}

type PageHeaderProps = {
  readonly title: string;
  /** One sentence on what the page is for. */
  readonly lead?: ReactNode;
  /** Beside the title, such as a status. */
  readonly badge?: ReactNode;
  readonly actions?: ReactNode;
  readonly back?: { readonly to: string; readonly label: string };
  /** The title is an identifier such as a flag key. */
  readonly mono?: boolean;
};

/** The page's `h1`; also names the browser tab. */
export function PageHeader({ title, lead, badge, actions, back, mono = false }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Serin`;
  }, [title]);
  return (
    <header className={styles.header}>
      <div className={styles.heading}>
        {back && (
          <Link to={back.to} className={styles.back}>
            <IconArrowLeft size={14} aria-hidden /> {back.label}
          </Link>
        )}
        <div className={styles.titleRow}>
          <h1 className={`${styles.title} ${mono ? styles.mono : ''}`}>{title}</h1>
          {badge}
        </div>
        {lead && <p className={styles.lead}>{lead}</p>}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </header>
  );
}

type SectionProps = {
  readonly title?: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** The content reaches the card's edge (tables). */
  readonly flush?: boolean;
};

/** A card with an `h2`. */
export function Section({ title, lead, actions, children, flush = false }: SectionProps) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={title ? id : undefined}>
      {(title || actions) && (
        <div className={styles.sectionHead}>
          <div>
            {title && (
              <h2 id={id} className={styles.sectionTitle}>
                {title}
              </h2>
            )}
            {lead && <p className={styles.sectionLead}>{lead}</p>}
          </div>
          {actions && <div className={styles.actions}>{actions}</div>}
        </div>
      )}
      <div className={flush ? styles.flush : styles.sectionBody}>{children}</div>
    </section>
  );
}
