import { expect, test } from 'vitest';
import { packageKey } from './package-key.ts';

test.each([
  ['pypi', 'Flask_SQLAlchemy', 'flask-sqlalchemy'],
  ['pypi', 'zope.interface', 'zope-interface'],
  ['crates.io', 'Serde_JSON', 'serde-json'],
  ['nuget', 'Newtonsoft.Json', 'newtonsoft.json'],
  ['packagist', 'Symfony/HTTP-Kernel', 'symfony/http-kernel'],
  ['packagist:https://packages.example', 'Drupal/Core', 'drupal/core'],
  ['github actions', 'TJ-Actions/Changed-Files', 'tj-actions/changed-files'],
  ['windows', 'Windows_Server_2022', 'windows_server_2022'],
  ['npm', 'JSONStream', 'JSONStream'],
  ['maven', 'org.Foo:Bar', 'org.Foo:Bar'],
  ['go', 'github.com/Masterminds/Sprig', 'github.com/Masterminds/Sprig'],
  ['rubygems', 'RedCloth', 'RedCloth'],
  ['debian:12', 'Foo', 'Foo'],
  ['', 'linux', 'linux'],
])('on %s, %s is %s', (platform, name, key) => {
  expect(packageKey(platform, name)).toBe(key);
  expect(packageKey(platform, key)).toBe(key);
});
