import { emptyInventory, type InstalledInventory, withoutDuplicates } from './installed.ts';
import { type LockFile, lockedPackages } from './lock-files/lock-file.ts';
import { LOCK_FILES } from './lock-files/registry.ts';
import type { ParsedDocument } from './parsed-document.ts';
import { readApkInstalled, readApkList } from './read-apk-installed.ts';
import { readDpkgStatus } from './read-dpkg-status.ts';
import { readInventoryJson } from './read-inventory-json.ts';
import { readApplication, readPacmanDesc } from './read-other-managers.ts';
import { readRpmList } from './read-rpm-list.ts';
import { readSysteminfo } from './read-systeminfo.ts';
import { cycloneDxFromXml } from './sbom/cyclonedx-xml.ts';
import { readCycloneDx } from './sbom/read-cyclonedx.ts';
import { readSpdx } from './sbom/read-spdx.ts';
import { SPDX_TAGS, spdxFromTags } from './sbom/spdx-tag-value.ts';

/**
 * Reads an inventory of any known form. What stands in it decides; the file's name only decides between lock files that
 * look alike (`requirements.txt` and a list of another kind).
 * @returns null for a document of no known form.
 */
export function readInventory(document: ParsedDocument, fileName: string): InstalledInventory | null {
  const read =
    readLockFile(
      document,
      LOCK_FILES.filter(({ names }) => names.test(fileName)),
    ) ??
    readMarked(document) ??
    readLockFile(document, LOCK_FILES) ??
    readUnmarked(document);
  return read === null ? null : withoutDuplicates(read);
}

function readLockFile(document: ParsedDocument, kinds: readonly LockFile[]): InstalledInventory | null {
  for (const kind of kinds) {
    const locked = kind.read(document);
    if (locked !== null) return { ...emptyInventory(null), packages: lockedPackages(kind, locked) };
  }
  return null;
}

/** What bears a mark of its own, except in JSON, where the lock files are told first. */
function readMarked(document: ParsedDocument): InstalledInventory | null {
  if (document.form === 'xml') {
    const bom = cycloneDxFromXml(document.root);
    return bom === null ? readApplication(document) : readCycloneDx(bom);
  }
  if (document.form !== 'text') return readApplication(document);
  const { text } = document;
  if (SPDX_TAGS.test(text)) return readSpdx(spdxFromTags(text));
  if (/^P:\S/m.test(text) && /^V:\S/m.test(text)) return readApkInstalled(text);
  if (/^Package: *\S/m.test(text)) return readDpkgStatus(text);
  if (/^%NAME%\s*$/m.test(text)) return readPacmanDesc(text);
  if (!isSysteminfo(text)) return null;
  const windows = readSysteminfo(text);
  return windows === null ? null : { ...emptyInventory(null), windows };
}

/** Packages in JSON without a name for the form, and lists of a package on each line. */
function readUnmarked(document: ParsedDocument): InstalledInventory | null {
  if (document.form === 'json') return readInventoryJson(document.value);
  return document.form === 'text' ? (readApkList(document.text) ?? readRpmList(document.text)) : null;
}

/** Whether a text looks like what `systeminfo` prints, also where it names no Windows that is known here. */
export function isSysteminfo(text: string): boolean {
  return /Windows/i.test(text) && /-based PC/i.test(text);
}
