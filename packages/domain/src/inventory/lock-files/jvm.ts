import type { Locked, LockFile } from './lock-file.ts';

/** Gradle's lock files: `group:name:version=configurations` (https://docs.gradle.org/current/userguide/dependency_locking.html). */
export const gradleLock: LockFile = {
  title: 'gradle.lockfile',
  ecosystem: 'Maven',
  names: /^(buildscript-)?gradle\.lockfile$|\.lockfile$/,
  read(document) {
    if (document.form !== 'text') return null;
    const lines = document.text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
    if (lines.length === 0 || !lines.every((line) => LINE.test(line))) return null;
    return lines.flatMap((line): Locked[] => {
      const [, name, version] = LINE.exec(line) ?? [];
      return name === undefined || version === undefined ? [] : [[name, version]];
    });
  },
};

const LINE = /^(?:empty=.*|([^\s:=]+:[^\s:=]+):([^\s:=]+)=.*)$/;
