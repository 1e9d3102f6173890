import { Button } from '@mantine/core';
import { HostText } from './HostText.tsx';
import classes from './panel.module.css';
import { readProblem } from './problem.ts';
import { StateIcon } from './StateBadge.tsx';

/** What failed, why, its code, and the way on. `doing` ends the sentence "Could not …". */
export function ProblemAlert({ error, doing, onRetry }: { error: unknown; doing: string; onRetry?: () => void }) {
  const problem = readProblem(error);
  return (
    <div role="alert" className={classes['alert']}>
      <StateIcon look="failed" />
      <div className="grow">
        <p>
          <b>Could not {doing}.</b> {problem.title}
          {problem.detail && (
            <>
              : <HostText text={problem.detail} />
            </>
          )}
        </p>
        {problem.errors.length > 0 && (
          <ul>
            {problem.errors.map((each) => (
              <li key={`${each.pointer} ${each.message}`}>
                <code>{each.pointer}</code> <HostText text={each.message} />
              </li>
            ))}
          </ul>
        )}
        {problem.reference && <p className="small muted mono">{problem.reference}</p>}
      </div>
      {onRetry && (
        <Button variant="default" size="xs" onClick={onRetry}>
          Retry
        </Button>
      )}
    </div>
  );
}
