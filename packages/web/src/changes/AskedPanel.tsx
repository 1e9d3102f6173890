import type { Output } from '@fleetmend/api/client.ts';
import { Link } from '@tanstack/react-router';
import { HostText } from '../ui/HostText.tsx';
import { LineList, Panel } from '../ui/Panel.tsx';

/** What was asked for, where there is no plan to show. */
export function AskedPanel({ change }: { change: Output<'readChange'> }) {
  return (
    <Panel
      title="What was asked"
      note={
        change.state === 'planning'
          ? 'Each machine works out its exact plan; this page fills in as they answer.'
          : 'No machine has been touched. The patches can go into a new change.'
      }
      isFlush
    >
      <LineList label="Patches that were asked for">
        {change.patches.map((patch) => (
          <li key={patch.id}>
            <Link to="/patches/$id" params={{ id: patch.id }}>
              <HostText text={patch.title} />
            </Link>
          </li>
        ))}
      </LineList>
    </Panel>
  );
}
