import { asRecord, textOf } from '../../advisories/read-fields.ts';
import { childrenOf, type ParsedDocument, type XmlElement } from '../parsed-document.ts';
import type { Locked, LockFile } from './lock-file.ts';

/** NuGet's lock file: packages by framework (https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files). */
export const packagesLock: LockFile = {
  title: 'packages.lock.json of NuGet',
  ecosystem: 'NuGet',
  names: /^packages(\..+)?\.lock\.json$/,
  read(document) {
    const frameworks = membersOf(document, 'dependencies');
    // npm's lock has a member of that name too.
    if (frameworks === null || membersOf(document, 'packages') !== null || !hasResolved(frameworks)) return null;
    return Object.values(frameworks).flatMap((framework) =>
      Object.entries(asRecord(framework) ?? {}).map(
        ([name, entry]): Locked => [name, textOf(asRecord(entry), 'resolved') ?? ''],
      ),
    );
  },
};

function hasResolved(frameworks: Record<string, unknown>): boolean {
  return Object.values(frameworks).some((framework) =>
    Object.values(asRecord(framework) ?? {}).some((entry) => textOf(asRecord(entry), 'type') !== null),
  );
}

/** What .NET writes beside a program: `name/version` of each library. */
export const depsJson: LockFile = {
  title: '.deps.json of .NET',
  ecosystem: 'NuGet',
  names: /\.deps\.json$/,
  read(document) {
    const libraries = membersOf(document, 'libraries');
    if (libraries === null || membersOf(document, 'runtimeTarget') === null) return null;
    return Object.keys(libraries).map((key): Locked => {
      const at = key.lastIndexOf('/');
      return [key.slice(0, at), key.slice(at + 1)];
    });
  },
};

/** The packages of old projects, and the versions of all projects of a folder. */
export const nugetXml: LockFile = {
  title: 'packages.config or Directory.Packages.props',
  ecosystem: 'NuGet',
  names: /^(packages(\..+)?\.config|Directory\.Packages\.props)$/,
  read(document) {
    const root = document.form === 'xml' ? document.root : null;
    if (root?.name === 'packages')
      return childrenOf(root, 'package').map(
        ({ attributes }): Locked => [attributes['id'] ?? '', attributes['version'] ?? ''],
      );
    const versions = root?.name === 'Project' ? childrenOf(root, 'ItemGroup').flatMap(packageVersions) : [];
    return versions.length > 0 ? versions : null;
  },
};

function packageVersions(group: XmlElement): Locked[] {
  return ['PackageVersion', 'GlobalPackageReference']
    .flatMap((name) => childrenOf(group, name))
    .map(
      ({ attributes }): Locked => [
        attributes['Include'] ?? '',
        /^\[?([0-9][^\],\s]*)\]?$/.exec(attributes['Version'] ?? '')?.[1] ?? '',
      ],
    );
}

function membersOf(document: ParsedDocument, name: string): Record<string, unknown> | null {
  return document.form === 'json' ? asRecord(asRecord(document.value)?.[name]) : null;
}
