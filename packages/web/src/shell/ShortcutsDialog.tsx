import { Kbd, Modal, Switch } from '@mantine/core';
import classes from './shell.module.css';
import { SHORTCUTS } from './use-shortcuts.ts';

/** The list of keys, and the switch that turns the single keys off. */
export function ShortcutsDialog({
  areKeysOn,
  onKeysChange,
  onClose,
}: {
  areKeysOn: boolean;
  onKeysChange: (areOn: boolean) => void;
  onClose: () => void;
}) {
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts">
      <div className="stack">
        <dl className={classes['keys']}>
          {SHORTCUTS.map(({ keys, words }) => (
            <KeyRow key={words} keys={keys} words={words} />
          ))}
          <KeyRow keys={['/']} words="Search" />
          <KeyRow keys={['?']} words="This list" />
          <KeyRow keys={['Esc']} words="Close a dialog" />
          <KeyRow keys={['Ctrl', 'Enter']} words="Confirm in a dialog" />
        </dl>
        <Switch
          label="Single keys are on"
          checked={areKeysOn}
          onChange={(event) => onKeysChange(event.currentTarget.checked)}
        />
      </div>
    </Modal>
  );
}

function KeyRow({ keys, words }: { keys: readonly string[]; words: string }) {
  return (
    <>
      <dt>
        {keys.map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </dt>
      <dd>{words}</dd>
    </>
  );
}
