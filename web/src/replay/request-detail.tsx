// What is known of one recorded request. Everything in it was written by strangers: text, never markup.
import { formatNumber } from '../ui/format.ts';
import { KeyValue } from '../ui/key-value.tsx';
import { PropertyTable } from '../ui/property-table.tsx';
import type { NetworkRequest } from './recording/network.ts';
import { bytesText } from './bytes-text.ts';
import styles from './replay.module.css';

type RequestDetailProps = { readonly request: NetworkRequest; readonly maySeeBodies: boolean };

export function RequestDetail({ request, maySeeBodies }: RequestDetailProps) {
  const { url, method, status, isFailed, initiator, durationMs, transferBytes } = request;
  return (
    <>
      <KeyValue
        entries={[
          ['Address', url],
          ['Method', method || 'not recorded'],
          ['Status', status ?? (isFailed ? 'no answer' : 'not recorded')],
          ['Took', durationMs === undefined ? 'not recorded' : `${formatNumber(durationMs)} ms`],
          ...request.phases.map(
            ({ name, durationMs: ms }) => [`– ${name}`, `${formatNumber(ms)} ms`] as const,
          ),
          ['Size', transferBytes === undefined ? 'not recorded' : bytesText(transferBytes)],
          ['Asked by', initiator || 'not recorded'],
        ]}
      />
      <Part title="Request headers" fields={request.requestHeaders} />
      <Part title="Request body" text={request.requestBody} />
      <Part title="Response headers" fields={request.responseHeaders} />
      <Part title="Response body" text={request.responseBody} />
      {!maySeeBodies && (
        <p className={styles.dim}>Bodies and headers are shown to those who may see them.</p>
      )}
    </>
  );
}

type PartProps = {
  readonly title: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly text?: string;
};

function Part({ title, fields = {}, text = '' }: PartProps) {
  const hasFields = Object.keys(fields).length > 0;
  if (!hasFields && text === '') return null;
  return (
    <>
      <h3 className={styles.partTitle}>{title}</h3>
      {hasFields && <PropertyTable properties={fields} />}
      {text !== '' && <pre className={styles.text}>{text}</pre>}
    </>
  );
}
