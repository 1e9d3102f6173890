import type { Output } from '@fleetmend/api/client.ts';

type Step = NonNullable<Output<'readOverview'>['first_run']>[number];

/** The way from an empty server to a first rollout, step by step; null once all of it has been gone. */
export function firstRun(done: {
  has_machine: boolean;
  has_key: boolean;
  has_root: boolean;
  is_followed: boolean;
  has_change: boolean;
  has_rollout: boolean;
}): Step[] | null {
  const steps: Step[] = [
    step('server', true, 'The server is up', null),
    step('machine', done.has_machine, 'This machine is enrolled and has reported its packages', '/assets'),
    step('key', done.has_key, 'Register your key: a passkey here, or an SSH key with the CLI', '/settings'),
    step('root', done.has_root, 'Sign the trust root with it', '/settings'),
    step('follow', done.is_followed, 'Let a machine follow the trust root; until then it only observes', '/settings'),
    step('change', done.has_change, 'Make a first change from a patch', '/patches'),
    step('rollout', done.has_rollout, 'Start its rollout', '/changes'),
  ];
  return steps.every(({ is_done }) => is_done) ? null : steps;
}

function step(id: string, is_done: boolean, text: string, href: string | null): Step {
  return { id, text, is_done, href };
}
