import { compareVersionTexts } from '../../versions/registry.ts';
import type { Locked, LockFile } from './lock-file.ts';

/** A module and a version on one line of a block, or behind the word itself. */
const REQUIRE = /^(?:require\s+)?("?)([^\s"]+)\1\s+(v[0-9]\S*)\s*(?:\/\/.*)?$/;
const REPLACE = /^(?:replace\s+)?(\S+)(?:\s+(v\S+))?\s+=>\s+(\S+)(?:\s+(v\S+))?\s*(?:\/\/.*)?$/;

/** Go's `go.mod`: since Go 1.17 it names every module that is built in (https://go.dev/ref/mod#go-mod-file). */
export const goMod: LockFile = {
  title: 'go.mod',
  ecosystem: 'Go',
  names: /^go\.mod$/,
  read(document) {
    if (document.form !== 'text' || !/^module\s+\S+/m.test(document.text)) return null;
    const lines = [...directives(document.text)];
    const required = new Map<string, string>();
    for (const [word, line] of lines) {
      const [, , module, version] = (word === 'require' && REQUIRE.exec(line)) || [];
      if (module !== undefined && version !== undefined) required.set(module, version);
    }
    for (const [word, line] of lines) if (word === 'replace') replace(required, REPLACE.exec(line));
    return [...required];
  },
};

/** Each line with the word it stands under: before it, or before the block it is in. */
function* directives(text: string): Generator<[word: string, line: string]> {
  let block: string | null = null;
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    const opened = /^([a-z]+)\s*\($/.exec(line)?.[1];
    if (opened !== undefined) block = opened;
    else if (line === ')') block = null;
    else yield [block ?? /^[a-z]+/.exec(line)?.[0] ?? '', line];
  }
}

/** A module that is replaced is built from another, or from a folder, which has no version. */
function replace(required: Map<string, string>, match: RegExpExecArray | null): void {
  const [, old = '', oldVersion, name = '', version] = match ?? [];
  const current = required.get(old);
  if (current === undefined || (oldVersion !== undefined && oldVersion !== current)) return;
  required.delete(old);
  if (version !== undefined) required.set(name, version);
}

/**
 * Go's `go.sum`: the checksums of modules that were considered (https://go.dev/ref/mod#go-sum-files). Of those whose content
 * was fetched the highest version of each is taken, since that is the one Go chooses.
 */
export const goSum: LockFile = {
  title: 'go.sum',
  ecosystem: 'Go',
  names: /^go\.sum$/,
  read(document) {
    const lines = document.form === 'text' ? document.text.split(/\r?\n/).filter((line) => line !== '') : [];
    if (lines.length === 0 || !lines.every((line) => /^\S+ v\S+ h1:\S+$/.test(line))) return null;
    const chosen = new Map<string, string>();
    for (const [module = '', version = ''] of lines.map((line) => line.split(' '))) {
      if (!version.endsWith('/go.mod') && isHigher(version, chosen.get(module))) chosen.set(module, version);
    }
    return [...chosen].map(([module, version]): Locked => [module, version]);
  },
};

function isHigher(version: string, than: string | undefined): boolean {
  return than === undefined || compareVersionTexts('go', version, than) === 1;
}
