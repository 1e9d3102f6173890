import { Button } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Page } from '../ui/Page.tsx';
import { readProblem } from '../ui/problem.ts';

/** A screen that has broken, or whose code is gone because the server was upgraded meanwhile; the rest stays usable. */
export function ScreenError({ error }: ErrorComponentProps) {
  return (
    <Page title="This screen has failed">
      <div role="alert" className="stack">
        <p>
          If Fleetmend was upgraded while this page was open, loading it anew is all it needs. Nothing on the server has
          changed by this.
        </p>
        <p className="mono muted">{readProblem(error).detail}</p>
        <div className="row">
          <Button onClick={() => window.location.reload()}>Load the page anew</Button>
        </div>
      </div>
    </Page>
  );
}
