import { nearestWord } from '@fleetmend/domain/policies/nearest-word.ts';
import { z } from 'zod';
import type { Fault } from './yaml-document.ts';

/** What this file reads of a JSON Schema. */
interface Shape {
  properties?: Record<string, Shape>;
  items?: Shape;
  anyOf?: Shape[];
  oneOf?: Shape[];
}

const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  boolean: 'true or false',
};

/** What a schema says against a value, as a person would say it; one fault for each unknown key. */
export function explainIssue(issue: z.core.$ZodIssue, value: unknown, schema: z.ZodType): Fault[] {
  const { path } = issue;
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(path, schema);
      return issue.keys.map((key) => ({ path, key, text: `unknown key "${shown(key)}"${hint(key, known)}` }));
    }
    case 'invalid_value':
      return [
        {
          path,
          text: `must be ${oneOf(issue.values.map(String))}${hint(valueAt(value, path), issue.values.map(String))}`,
        },
      ];
    case 'invalid_union':
      return [{ path, text: `must be ${oneOf(optionsOf(issue))}${hint(valueAt(value, path), optionsOf(issue))}` }];
    case 'invalid_type': {
      const last = String(path.at(-1) ?? '');
      if (valueAt(value, path) === undefined && path.length > 0) return [{ path, text: `"${last}" is missing` }];
      return [{ path, text: `must be ${KINDS[issue.expected] ?? issue.expected}` }];
    }
    case 'too_small':
      return [{ path, text: `must be ${issue.minimum} ${counted(issue.origin)}or more` }];
    case 'too_big':
      return [{ path, text: `must be ${issue.maximum} ${counted(issue.origin)}or less` }];
    case 'invalid_format':
      return [
        { path, text: hasControl(valueAt(value, path)) ? 'a control character cannot stand here' : issue.message },
      ];
    default:
      return [{ path, text: issue.message }];
  }
}

function counted(origin: string): string {
  return origin === 'array' ? 'entries ' : origin === 'string' ? 'characters ' : '';
}

/** Characters that may not reach the database, a terminal or a signed document. */
export function hasControl(value: unknown): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  return typeof value === 'string' && /[\u0000-\u001f\u007f-\u009f]/.test(value);
}

function oneOf(options: readonly string[]): string {
  return options.length === 1 ? options.join('') : `one of ${options.join(', ')}`;
}

function optionsOf(issue: z.core.$ZodIssue): string[] {
  const { options } = issue as { options?: unknown };
  return Array.isArray(options) ? options.map(String) : [];
}

/** `; did you mean "select"?`, or nothing where nothing is near. */
export function hint(word: unknown, known: readonly string[]): string {
  const near = typeof word === 'string' ? nearestWord(word, known) : null;
  return near === null ? '' : `; did you mean "${near}"?`;
}

function shown(key: string): string {
  return key.length > 60 ? `${key.slice(0, 60)}…` : key;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = Reflect.get(at, part);
  }
  return at;
}

/** The keys that the contract knows at a place. */
function knownKeys(path: readonly PropertyKey[], schema: z.ZodType): string[] {
  let shapes = alternatives(z.toJSONSchema(schema, { io: 'input' }) as Shape);
  for (const part of path) {
    const next = shapes.flatMap((shape) =>
      typeof part === 'number' ? (shape.items ?? []) : (shape.properties?.[String(part)] ?? []),
    );
    shapes = next.flatMap(alternatives);
  }
  return [...new Set(shapes.flatMap((shape) => Object.keys(shape.properties ?? {})))];
}

function alternatives(shape: Shape): Shape[] {
  const inner = [...(shape.anyOf ?? []), ...(shape.oneOf ?? [])];
  return inner.length === 0 ? [shape] : inner.flatMap(alternatives);
}
