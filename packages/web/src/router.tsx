import { CHANGE_STATES } from '@fleetmend/domain/changes/change-machine.ts';
import { PATCH_STATES } from '@fleetmend/domain/inventory/asset.ts';
import { LIVENESS } from '@fleetmend/domain/inventory/liveness.ts';
import { ROLLOUT_STATES } from '@fleetmend/domain/rollouts/rollout-model.ts';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { type ComponentType, lazy, Suspense } from 'react';
import { NotFound } from './shell/NotFound.tsx';
import { ScreenError } from './shell/ScreenError.tsx';
import { Shell } from './shell/Shell.tsx';
import { DECISIONS } from './ui/DecisionBadge.tsx';
import { type Downstream, DownstreamProvider } from './ui/downstream.ts';

/** A search value if it is one of the known ones; an address somebody mistyped shows the whole list, not an error. */
function oneOf<Known extends string>(value: unknown, known: readonly Known[]): Known | undefined {
  return known.find((each) => each === value);
}

/** Search text as typed. The router parses `?search=42` to a number. */
function text(value: unknown): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : String(value);
}

/** What an address may say after its `?`: all of it may be missing. */
type Search<Shape> = { [Key in keyof Shape]?: Shape[Key] | undefined };
function optional<Shape>(shape: Shape): Search<Shape> {
  return shape;
}

const root = createRootRoute({ notFoundComponent: NotFound });
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./access/SignInPage.tsx'), 'SignInPage'),
});
/** A part that is loaded when it is first shown; only its own place is empty until then. */
function late<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>): ComponentType<Props> {
  const Part = lazy(load);
  return (props: Props) => (
    <Suspense>
      <Part {...props} />
    </Suspense>
  );
}

const downstream: Downstream = {
  AssetFindings: late(() => import('./findings/AssetFindings.tsx').then((part) => ({ default: part.AssetFindings }))),
  AssetPatches: late(() => import('./patches/AssetPatches.tsx').then((part) => ({ default: part.AssetPatches }))),
  CreateChangeDialog: late(() =>
    import('./changes/CreateChangeDialog.tsx').then((part) => ({ default: part.CreateChangeDialog })),
  ),
  WebhookPanel: late(() => import('./notifications/WebhookPanel.tsx').then((part) => ({ default: part.WebhookPanel }))),
};
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: () => (
    <DownstreamProvider value={downstream}>
      <Shell />
    </DownstreamProvider>
  ),
});
const inShell = () => shell;

const overview = createRoute({
  getParentRoute: inShell,
  path: '/',
  component: lazyRouteComponent(() => import('./kpis/OverviewPage.tsx'), 'OverviewPage'),
});
const patches = createRoute({
  getParentRoute: inShell,
  path: '/patches',
  validateSearch: (given: Record<string, unknown>) =>
    optional({
      decision: oneOf(
        given['decision'],
        DECISIONS.map((decision) => decision.id),
      ),
      search: text(given['search']),
      security: oneOf(text(given['security']), ['true', 'false']),
    }),
  component: lazyRouteComponent(() => import('./patches/PatchesPage.tsx'), 'PatchesPage'),
});
const patch = createRoute({
  getParentRoute: inShell,
  path: '/patches/$id',
  component: lazyRouteComponent(() => import('./patches/PatchPage.tsx'), 'PatchPage'),
});
const assets = createRoute({
  getParentRoute: inShell,
  path: '/assets',
  validateSearch: (given: Record<string, unknown>) =>
    optional({
      state: oneOf(given['state'], PATCH_STATES),
      liveness: oneOf(given['liveness'], LIVENESS),
      filter: text(given['filter']),
      tab: oneOf(given['tab'], ['waiting', 'reconcile', 'discovered', 'agentless'] as const),
    }),
  component: lazyRouteComponent(() => import('./inventory/AssetsPage.tsx'), 'AssetsPage'),
});
const asset = createRoute({
  getParentRoute: inShell,
  path: '/assets/$id',
  component: lazyRouteComponent(() => import('./inventory/AssetPage.tsx'), 'AssetPage'),
});
const changes = createRoute({
  getParentRoute: inShell,
  path: '/changes',
  validateSearch: (given: Record<string, unknown>) => optional({ state: oneOf(given['state'], CHANGE_STATES) }),
  component: lazyRouteComponent(() => import('./changes/ChangesPage.tsx'), 'ChangesPage'),
});
const change = createRoute({
  getParentRoute: inShell,
  path: '/changes/$id',
  component: lazyRouteComponent(() => import('./changes/ChangePage.tsx'), 'ChangePage'),
});
const rollouts = createRoute({
  getParentRoute: inShell,
  path: '/rollouts',
  validateSearch: (given: Record<string, unknown>) => optional({ state: oneOf(given['state'], ROLLOUT_STATES) }),
  component: lazyRouteComponent(() => import('./rollouts/RolloutsPage.tsx'), 'RolloutsPage'),
});
const rollout = createRoute({
  getParentRoute: inShell,
  path: '/rollouts/$id',
  validateSearch: (given: Record<string, unknown>) => optional({ log: text(given['log']) }),
  component: lazyRouteComponent(() => import('./rollouts/RolloutPage.tsx'), 'RolloutPage'),
});
const policies = createRoute({
  getParentRoute: inShell,
  path: '/policies',
  component: lazyRouteComponent(() => import('./policies/PoliciesPage.tsx'), 'PoliciesPage'),
});
const policy = createRoute({
  getParentRoute: inShell,
  path: '/policies/$name',
  validateSearch: (given: Record<string, unknown>) => optional({ preset: text(given['preset']) }),
  component: lazyRouteComponent(() => import('./policies/PolicyPage.tsx'), 'PolicyPage'),
});
const ranking = createRoute({
  getParentRoute: inShell,
  path: '/ranking',
  component: lazyRouteComponent(() => import('./policies/RankingPage.tsx'), 'RankingPage'),
});
const reports = createRoute({
  getParentRoute: inShell,
  path: '/reports',
  component: lazyRouteComponent(() => import('./kpis/ReportsPage.tsx'), 'ReportsPage'),
});
const audit = createRoute({
  getParentRoute: inShell,
  path: '/audit',
  validateSearch: (given: Record<string, unknown>) =>
    optional({ object: text(given['object']), verb: text(given['verb']) }),
  component: lazyRouteComponent(() => import('./audit/AuditPage.tsx'), 'AuditPage'),
});
const feeds = createRoute({
  getParentRoute: inShell,
  path: '/feeds',
  component: lazyRouteComponent(() => import('./feeds/FeedsPage.tsx'), 'FeedsPage'),
});
const vex = createRoute({
  getParentRoute: inShell,
  path: '/vex',
  component: lazyRouteComponent(() => import('./findings/VexPage.tsx'), 'VexPage'),
});
const advisory = createRoute({
  getParentRoute: inShell,
  path: '/advisories/$id',
  component: lazyRouteComponent(() => import('./findings/AdvisoryPage.tsx'), 'AdvisoryPage'),
});
const settings = createRoute({
  getParentRoute: inShell,
  path: '/settings',
  component: lazyRouteComponent(() => import('./access/SettingsPage.tsx'), 'SettingsPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    shell.addChildren([
      overview,
      patches,
      patch,
      assets,
      asset,
      changes,
      change,
      rollouts,
      rollout,
      policies,
      policy,
      ranking,
      reports,
      audit,
      feeds,
      vex,
      advisory,
      settings,
    ]),
  ]),
  defaultErrorComponent: ScreenError,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
