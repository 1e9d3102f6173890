import { mixLock, pubspecLock } from './dart-and-elixir.ts';
import { depsJson, nugetXml, packagesLock } from './dotnet.ts';
import { goMod, goSum } from './go.ts';
import { gradleLock } from './jvm.ts';
import type { LockFile } from './lock-file.ts';
import { conanLock, packageResolved, podfileLock } from './native.ts';
import { bunLock, packageLock, pnpmLock, yarnBerry, yarnClassic } from './npm.ts';
import { composerLock } from './php.ts';
import { pipfileLock, poetryLock, pylock, requirements, uvLock } from './python.ts';
import { gemfileLock } from './ruby.ts';
import { cargoLock } from './rust.ts';

/** Every kind of lock file there is; what tells least of itself comes last. */
export const LOCK_FILES: readonly LockFile[] = [
  packageLock,
  yarnClassic,
  yarnBerry,
  pnpmLock,
  bunLock,
  pipfileLock,
  poetryLock,
  uvLock,
  pylock,
  cargoLock,
  composerLock,
  gemfileLock,
  goMod,
  goSum,
  packagesLock,
  depsJson,
  nugetXml,
  pubspecLock,
  mixLock,
  conanLock,
  packageResolved,
  podfileLock,
  gradleLock,
  requirements,
];
