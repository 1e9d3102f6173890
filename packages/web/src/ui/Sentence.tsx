import { HostText } from './HostText.tsx';
import { ExactInstant } from './Instant.tsx';
import { splitInstants } from './split-instants.ts';

/** A sentence of the server's: its times are shown in the reader's zone, names in it as HostText shows them. */
export function Sentence({ text }: { text: string }) {
  return (
    <>
      {splitInstants(text).map((part, index) =>
        part.is_instant ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence have no other identity
          <ExactInstant key={index} at={part.text} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence have no other identity
          <HostText key={index} text={part.text} />
        ),
      )}
    </>
  );
}
