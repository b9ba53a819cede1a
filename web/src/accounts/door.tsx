// The card that people meet before they are signed in.
import { type ReactNode, useEffect } from 'react';
import { Logo } from '../ui/logo.tsx';
import styles from './door.module.css';

type DoorProps = {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
};

export function Door({ title, lead, children }: DoorProps) {
  useEffect(() => {
    document.title = `${title} · Serin`;
  }, [title]);
  return (
    <main className={styles.door}>
      <div className={styles.card}>
        <div className={styles.head}>
          <Logo size={40} />
          <div>
            <h1 className={styles.title}>{title}</h1>
            {lead && <p className={styles.lead}>{lead}</p>}
          </div>
        </div>
        {children}
      </div>
    </main>
  );
}
