import { z } from 'zod';
import { parseJson } from '../parse-json.ts';

/** A formula or a cask with the newest of its installed versions. */
export interface BrewPackage {
  name: string;
  version: string;
}

/** Reads `brew list --versions`: `graphviz 2.40.1 2.40.20161221.0239`, with `(!)` behind the name of what is broken. */
export function parseVersions(text: string): BrewPackage[] {
  return text.split('\n').flatMap((line) => {
    const [, name, versions] = /^([a-z0-9][\w@.+-]*)(?: \(!\))? (\S.*)$/i.exec(line.trim()) ?? [];
    const version = versions?.split(' ').at(-1);
    return name === undefined || version === undefined ? [] : [{ name, version }];
  });
}

const outdatedSchema = z.object({
  name: z.string(),
  /** Casks had one text where formulae have a list. */
  installed_versions: z.union([z.string().transform((text) => [text]), z.array(z.string())]),
  current_version: z.string(),
  pinned: z.boolean().default(false),
});
const answerSchema = z.object({
  formulae: z.array(outdatedSchema).default([]),
  casks: z.array(outdatedSchema).default([]),
});
export type Outdated = z.infer<typeof outdatedSchema>;

/** Reads `brew outdated --json=v2`. @throws DocumentRefused for anything else. */
export function parseOutdated(text: string): Outdated[] {
  const { formulae, casks } = parseJson(answerSchema, text);
  return [...formulae, ...casks];
}
