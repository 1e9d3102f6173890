import type { Locked, LockFile } from './lock-file.ts';

/** Bundler's lock file (https://bundler.io/man/gemfile.5.html): gems stand four blanks in, what they need six. */
export const gemfileLock: LockFile = {
  title: 'Gemfile.lock',
  ecosystem: 'RubyGems',
  names: /^(Gemfile|gems)\.(lock|locked)$/,
  read(document) {
    if (document.form !== 'text' || !/^(GEM|GIT|PATH)\r?$\n(?: {2}.*\n)*? {2}specs:/m.test(document.text)) return null;
    return document.text.split(/\r?\n/).flatMap((line): Locked[] => {
      const [, name, version] = /^ {4}([^\s(]+) \(([0-9][^)]*)\)$/.exec(line) ?? [];
      // A gem built for a platform bears it behind its version: `1.15.0-x86_64-linux`.
      return name === undefined || version === undefined ? [] : [[name, version.replace(PLATFORM, '')]];
    });
  },
};

const PLATFORM =
  /-(?:(?:x86|x64|i386|i686|x86_64|aarch64|arm|arm64|armv[0-9]\w*|universal)-.*|java|jruby|mswin\w*|mingw\w*)$/;
