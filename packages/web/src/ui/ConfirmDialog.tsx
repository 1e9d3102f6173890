import { Button, Modal } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { ProblemAlert } from './ProblemAlert.tsx';

/** A step with consequences: what will happen has the focus, not the button that makes it happen. */
export function ConfirmDialog({
  title,
  summary,
  children,
  action,
  isDanger = false,
  isBusy,
  isDisabled = false,
  error,
  doing,
  onConfirm,
  onClose,
}: {
  title: string;
  summary: ReactNode;
  children?: ReactNode;
  action: string;
  isDanger?: boolean;
  isBusy: boolean;
  isDisabled?: boolean;
  error: unknown;
  doing: string;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const focus = useRef<HTMLElement>(null);
  useEffect(() => {
    const frame = requestAnimationFrame(() => focus.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);
  const submitByKey = (event: React.KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !isBusy && !isDisabled) onConfirm();
  };
  return (
    <Modal opened onClose={onClose} title={title} size="lg" onKeyDown={submitByKey}>
      <div className="stack">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the focus starts on what is about to happen */}
        <section ref={focus} tabIndex={0} data-autofocus className="stack tight" aria-label="What will happen">
          {summary}
        </section>
        {children}
        {error !== null && error !== undefined && <ProblemAlert error={error} doing={doing} />}
        <div className="row">
          <Button
            onClick={onConfirm}
            loading={isBusy}
            disabled={isDisabled}
            {...(isDanger ? { variant: 'default', color: 'red' } : {})}
          >
            {action}
          </Button>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
          <span className="small muted">Ctrl Enter confirms</span>
        </div>
      </div>
    </Modal>
  );
}
