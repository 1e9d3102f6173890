import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { parseSync } from 'vite';

/** `type` vanishes before the program runs; `dynamic` runs later, when asked for. */
export type ImportKind = 'static' | 'dynamic' | 'type';

export interface Import {
  specifier: string;
  kind: ImportKind;
}

export interface Source {
  /** From the root, with slashes, like `packages/domain/src/flow.ts`. */
  path: string;
  imports: Import[];
  /** What it reaches for that is not handed to it: clocks, chance, the process, the network; and SQL it writes. */
  reaches: string[];
}

interface Node {
  type: string;
  [key: string]: unknown;
}

/** Reads every .ts and .tsx of packages/*, from its syntax and not its text: a comment imports nothing. */
export function readSources(root: string): Source[] {
  return readdirSync(join(root, 'packages'))
    .flatMap((name) => filesBelow(root, posix.join('packages', name)))
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : filesBelow(root, path);
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

/** @throws when the file is not TypeScript, since what cannot be read cannot be checked. */
function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const source: Source = { path, imports: [], reaches: [] };
  visit(program, (node) => {
    const found = importOf(node);
    if (found !== null) source.imports.push(found);
    const reach = reachOf(node);
    if (reach !== null) source.reaches.push(reach);
  });
  return source;
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) for (const one of value) visit(one, see);
  else if (isNode(value)) {
    see(value);
    for (const child of Object.values(value)) visit(child, see);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function importOf(node: Node): Import | null {
  const from = isNode(node['source']) ? node['source']['value'] : null;
  if (typeof from !== 'string') return null;
  if (node.type === 'ImportExpression') return { specifier: from, kind: 'dynamic' };
  if (node.type === 'TSImportType') return { specifier: from, kind: 'type' };
  if (!['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration'].includes(node.type)) return null;
  // `import { type A }` still loads the module; only `import type` does not.
  const isType = node['importKind'] === 'type' || node['exportKind'] === 'type';
  return { specifier: from, kind: isType ? 'type' : 'static' };
}

const MEMBERS = new Set(['Date.now', 'Math.random', 'performance.now', 'crypto.randomUUID', 'crypto.getRandomValues']);
const CALLS = new Set(['fetch', 'setTimeout', 'setInterval', 'Date']);

function reachOf(node: Node): string | null {
  if (node.type === 'MemberExpression') {
    const object = nameOf(node['object']);
    if (object === 'process' || object === 'globalThis') return object;
    const member = `${object}.${nameOf(node['property'])}`;
    return MEMBERS.has(member) ? member : null;
  }
  if (node.type === 'NewExpression' && nameOf(node['callee']) === 'Date') {
    return Array.isArray(node['arguments']) && node['arguments'].length === 0 ? 'new Date()' : null;
  }
  if (
    node.type === 'CallExpression' &&
    isNode(node['callee']) &&
    node['callee'].type === 'Identifier' &&
    CALLS.has(nameOf(node['callee']))
  )
    return `${nameOf(node['callee'])}()`;
  if (node.type === 'TaggedTemplateExpression' && nameOf(node['tag']).startsWith('sql')) return 'sql``';
  return null;
}

function nameOf(value: unknown): string {
  if (!isNode(value)) return '';
  if (value.type === 'Identifier') return String(value['name']);
  // sql.raw`…` and globalThis.process.env count as their first name.
  return value.type === 'MemberExpression' ? nameOf(value['object']) : '';
}

/** The file that an import of our own code means, or null for one of a package. */
export function targetOf(from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return posix.join(dirname(from), specifier.replace(/\?.*$/, ''));
  const [, name, rest] = /^@fleetmend\/([^/]+)\/(.+)$/.exec(specifier) ?? [];
  return name === undefined ? null : `packages/${name}/src/${rest}`;
}

/** The package that an import names, like `pg` or `@tanstack/react-query`; null for our own files and for Node's. */
export function packageOf(specifier: string): string | null {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return null;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

/** Tests and what only tests use: they may put the whole house up, and nothing else may lean on them. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$|[/-]test-[^/]+\.tsx?$|\/testing\//.test(path);
}
