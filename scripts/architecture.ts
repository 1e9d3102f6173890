import { builtinModules } from 'node:module';
import { isTest, packageOf, type Source, targetOf } from './architecture/source.ts';

/** The rules of ARCHITECTURE.md as functions: sources in, violations out. */

export interface Flow {
  flow: readonly string[];
  beside: readonly string[];
  edge: readonly string[];
}

export interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** Packages, and those of ours that each may import. */
const PACKAGE_DIRECTION: Record<string, readonly string[]> = {
  domain: [],
  api: ['domain'],
  server: ['api', 'domain'],
  agent: ['api', 'domain'],
  cli: ['api', 'domain'],
  web: ['api', 'domain'],
};

/** The files that put every stage together. No stage imports them. */
const COMPOSERS = [
  'packages/server/src/app.ts',
  'packages/server/src/start-server.ts',
  'packages/server/src/main.ts',
  'packages/web/src/router.tsx',
];

const HAS_STAGES = ['server', 'domain', 'web', 'cli'];
const MAY_WRITE_SQL = /\.store\.ts$|\.queries\.ts$|\/migrations\/|\/platform\//;

interface Place {
  name: string;
  stage: string | null;
}

function placeOf(path: string): Place {
  const [, name = '', , stage = null] = path.split('/');
  return { name, stage: stage?.includes('.') ? null : stage };
}

/** Imports within a package point upstream; only composers know every stage; nobody imports the edge. */
export function directionViolations(sources: Source[], flow: Flow): string[] {
  return ownImports(sources.filter(({ path }) => !isTest(path))).flatMap(({ from, to }) => {
    const [here, there] = [placeOf(from), placeOf(to)];
    if (here.name !== there.name || !HAS_STAGES.includes(here.name) || COMPOSERS.includes(from)) return [];
    if (COMPOSERS.includes(to)) return here.stage === null ? [] : [`${from} imports ${to}, which imports every stage`];
    const why = wrongWay(here.stage, there.stage, flow);
    return why === null ? [] : [`${from} imports ${to}: ${why}`];
  });
}

function wrongWay(from: string | null, to: string | null, { flow, beside, edge }: Flow): string | null {
  if (to === null || from === to || beside.includes(to)) return null;
  if (edge.includes(to)) return `nothing imports ${to}`;
  if (!flow.includes(to) || (from !== null && edge.includes(from))) return null;
  if (from === null || !flow.includes(from)) return `${from ?? 'it'} stands beside the flow and imports no stage`;
  return flow.indexOf(to) > flow.indexOf(from) ? `${to} is downstream of ${from}` : null;
}

/** Packages import only packages below them, and only what their package.json names. */
export function packageViolations(sources: Source[], manifests: Record<string, Manifest>, root: Manifest): string[] {
  return sources.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier }) => {
      const { name } = placeOf(path);
      const wanted = packageOf(specifier);
      if (wanted === null || builtinModules.includes(wanted)) return [];
      const own = /^@fleetmend\/(.+)$/.exec(wanted)?.[1];
      if (own !== undefined && own !== name && !isTest(path) && !PACKAGE_DIRECTION[name]?.includes(own)) {
        return [`${path} imports ${specifier}: ${name} stands below ${own}`];
      }
      return isDeclared(wanted, path, manifests[name] ?? {}, root)
        ? []
        : [`${path} imports ${wanted}, which ${name}'s package.json does not name`];
    }),
  );
}

/** What ships names its packages as dependencies; the console is bundled, so its are for building; tests may use the root's. */
function isDeclared(wanted: string, path: string, manifest: Manifest, root: Manifest): boolean {
  const { name } = placeOf(path);
  const shipped = { ...manifest.dependencies, ...manifest.optionalDependencies };
  if (wanted in shipped || wanted === `@fleetmend/${name}`) return true;
  const isAroundIt = isTest(path) || !path.includes('/src/');
  if (wanted in (manifest.devDependencies ?? {})) return isAroundIt || name === 'web';
  return isAroundIt && (wanted in (root.devDependencies ?? {}) || wanted.startsWith('@fleetmend/'));
}

/** Groups of files that load each other. A dynamic import runs later, so it closes no cycle. */
export function cycles(sources: Source[]): string[] {
  const edges = new Map<string, string[]>();
  for (const { from, to, kind } of ownImports(sources)) {
    if (kind === 'static') edges.set(from, [...(edges.get(from) ?? []), to]);
  }
  return [...edges.keys()].flatMap((start) => {
    const back = pathBack(start, edges);
    // Each cycle is told once, by its first file.
    return back?.every((file) => file >= start) ? [`cycle: ${[start, ...back].join(' → ')}`] : [];
  });
}

/** The shortest way from a file to itself. */
function pathBack(start: string, edges: Map<string, string[]>): string[] | null {
  const ways: string[][] = (edges.get(start) ?? []).map((next) => [next]);
  const seen = new Set<string>();
  for (const way of ways) {
    const last = way.at(-1) ?? start;
    if (last === start) return way;
    if (seen.has(last)) continue;
    seen.add(last);
    for (const next of edges.get(last) ?? []) ways.push([...way, next]);
  }
  return null;
}

/** `packages/domain` is handed its time, its chance and its data; it fetches none. */
export function purityViolations(sources: Source[]): string[] {
  return sources
    .filter(({ path }) => path.startsWith('packages/domain/') && !isTest(path))
    .flatMap(({ path, imports, reaches }) => [
      ...imports.filter(({ specifier }) => isNodes(specifier)).map(({ specifier }) => `${path} imports ${specifier}`),
      ...reaches.filter((reach) => reach !== 'sql``').map((reach) => `${path} reaches for ${reach}`),
    ]);
}

function isNodes(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

/** SQL stands in stores, queries, migrations and the platform, nowhere else. */
export function sqlViolations(sources: Source[]): string[] {
  return sources
    .filter(
      ({ path }) =>
        path.startsWith('packages/') && !isTest(path) && !MAY_WRITE_SQL.test(path) && !COMPOSERS.includes(path),
    )
    .flatMap(({ path, imports, reaches }) => [
      ...imports
        .filter(({ specifier }) => /^(kysely|pg)(\/|$)/.test(specifier))
        .map(({ specifier }) => `${path} imports ${specifier}`),
      ...reaches.filter((reach) => reach === 'sql``').map(() => `${path} writes SQL`),
    ]);
}

/** What runs leans on nothing that only tests use. */
export function testLeanViolations(sources: Source[]): string[] {
  return ownImports(sources.filter(({ path }) => !isTest(path)))
    .filter(({ to }) => isTest(to))
    .map(({ from, to }) => `${from} imports ${to}, which only tests may`);
}

/** Every import of a file of ours. */
export function ownImports(sources: Source[]): { from: string; to: string; kind: string }[] {
  return sources.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier, kind }) => {
      const to = targetOf(path, specifier);
      return to === null ? [] : [{ from: path, to, kind }];
    }),
  );
}
