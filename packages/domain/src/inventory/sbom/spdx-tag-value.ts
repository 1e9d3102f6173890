/** The tags of a package that are read, and the members of SPDX in JSON that they stand for. */
const MEMBERS: Readonly<Record<string, string>> = {
  PackageVersion: 'versionInfo',
  PrimaryPackagePurpose: 'primaryPackagePurpose',
  PackageSourceInfo: 'sourceInfo',
};

/** What an SPDX document in tags and values begins with, after comments. */
export const SPDX_TAGS = /^SPDXVersion: *SPDX-/m;

/**
 * An SPDX 2 document in tags and values (https://spdx.github.io/spdx-spec/v2.3/) as its JSON form has it, as far as anything here
 * reads it. A text over several lines (`<text>…</text>`) holds no tags.
 */
export function spdxFromTags(text: string): Record<string, unknown> {
  const packages: { name: string; externalRefs: Record<string, string>[]; [member: string]: unknown }[] = [];
  let spdxVersion = '';
  for (const [tag, value] of tagsOf(text)) {
    const current = packages.at(-1);
    if (tag === 'SPDXVersion') spdxVersion = value;
    else if (tag === 'PackageName') packages.push({ name: value, externalRefs: [] });
    else if (tag === 'ExternalRef' && current !== undefined) {
      const [, referenceType = '', referenceLocator = ''] = value.split(/\s+/);
      current.externalRefs.push({ referenceType, referenceLocator });
    } else {
      const member = Object.hasOwn(MEMBERS, tag) ? MEMBERS[tag] : undefined;
      if (member !== undefined && current !== undefined) current[member] = value;
    }
  }
  return { spdxVersion, packages };
}

function* tagsOf(text: string): Generator<[tag: string, value: string]> {
  let isInText = false;
  for (const line of text.split(/\r?\n/)) {
    if (isInText) {
      isInText = !line.includes('</text>');
      continue;
    }
    const [, tag, value] = /^([A-Za-z]+): *(.*)$/.exec(line) ?? [];
    if (tag === undefined || value === undefined) continue;
    isInText = value.includes('<text>') && !value.includes('</text>');
    yield [tag, value.replace(/^<text>|<\/text>$/g, '').trim()];
  }
}
