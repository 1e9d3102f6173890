/**
 * A package's name as it is compared on a platform (in small letters). Registries take several spellings for one package:
 * PyPI any case and separators (https://peps.python.org/pep-0503/#normalized-names), crates.io any case and `-` for `_`, NuGet
 * (https://learn.microsoft.com/nuget/consume-packages/finding-and-choosing-packages), Packagist
 * (https://getcomposer.org/doc/04-schema.md#name) and GitHub any case. Windows is called the same in any case (`Systems`,
 * `systems`) and by agents in one word (`Windows_Server_2022`). All others are as they are written: on npm, Maven, Go and
 * RubyGems another case may be another package.
 */
export function packageKey(platform: string, name: string): string {
  switch (platform.split(':')[0]) {
    case 'pypi':
      return name.toLowerCase().replace(/[-_.]+/g, '-');
    case 'crates.io':
      return name.toLowerCase().replaceAll('_', '-');
    case 'nuget':
    case 'packagist':
    case 'github actions':
      return name.toLowerCase();
    case 'windows':
      return name.toLowerCase().replace(/[\s_]+/g, '_');
    default:
      return name;
  }
}
