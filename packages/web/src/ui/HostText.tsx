import { revealCharacters } from './reveal-characters.ts';
import classes from './text.module.css';

/** Text that a machine, a feed or a stranger wrote: text nodes only, invisible characters shown, direction kept inside. */
export function HostText({ text, mono = false }: { text: string; mono?: boolean }) {
  const parts = revealCharacters(text);
  return (
    <bdi className={mono ? 'mono' : undefined}>
      {parts.map((part, index) =>
        part.is_hidden_character ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text have no other identity
          <span key={index} className={classes['hiddenCharacter']} title="an invisible character">
            {part.text}
          </span>
        ) : (
          part.text
        ),
      )}
    </bdi>
  );
}
