import type { Output } from '@fleetmend/api/client.ts';
import { HostText } from '../ui/HostText.tsx';
import { LineList, Panel } from '../ui/Panel.tsx';
import { PathLink } from '../ui/PathLink.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';

/** The way from an empty server to a first patched machine, step by step. */
export function FirstRun({ steps }: { steps: NonNullable<Output<'readOverview'>['first_run']> }) {
  const next = steps.find((step) => !step.is_done);
  const done = steps.filter((step) => step.is_done).length;
  return (
    <Panel title="Get going" note={`${done} of ${steps.length} done`} isFlush>
      <LineList label="First steps">
        {steps.map((step) => (
          <li key={step.id} className="row" aria-current={step === next ? 'step' : undefined}>
            <StateBadge
              state={
                step.is_done
                  ? { look: 'done', word: 'Done' }
                  : step === next
                    ? { look: 'running', word: 'Next' }
                    : { look: 'waiting', word: 'Later' }
              }
            />
            <span className={step.is_done ? 'muted' : undefined}>
              {step.href !== null && !step.is_done ? (
                <PathLink href={step.href}>
                  <HostText text={step.text} />
                </PathLink>
              ) : (
                <HostText text={step.text} />
              )}
            </span>
          </li>
        ))}
      </LineList>
    </Panel>
  );
}
