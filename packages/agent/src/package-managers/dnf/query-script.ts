/**
 * The only program the agent has in another language: dnf's own solver, asked through dnf's documented Python interface
 * (https://dnf.readthedocs.io/en/latest/api.html). `dnf install --assumeno` would say the same to root alone, in a table
 * for people. One request comes as JSON on standard input, one answer goes as JSON to standard output; nothing is changed.
 */
export const QUERY_SCRIPT = `
import json, os, sys
import dnf, dnf.rpm, hawkey
request = json.load(sys.stdin)
base = dnf.Base()
conf = base.conf
conf.read()
conf.substitutions['releasever'] = dnf.rpm.detect_releasever('/') or ''
conf.substitutions.update_from_etc('/')
for key in ('cachedir', 'persistdir', 'logdir'):
    os.makedirs(request[key], exist_ok=True)
    setattr(conf, key, request[key])
conf.install_weak_deps = False
conf.clean_requirements_on_remove = False
conf.installonly_limit = 0
base.read_all_repos()
for repo in base.repos.iter_enabled():
    repo.metadata_expire = -1
base.fill_sack(load_system_repo=True, load_available_repos=True)
available = base.sack.query().available()
types = {hawkey.ADVISORY_SECURITY: 'security', hawkey.ADVISORY_BUGFIX: 'bugfix', hawkey.ADVISORY_ENHANCEMENT: 'enhancement'}

def advisories(package):
    return [{'id': a.id, 'type': types.get(a.type, 'other'), 'severity': a.severity or None,
             'cves': [r.id for r in a.references if r.type == hawkey.REFERENCE_CVE and r.id]}
            for a in package.get_advisories(hawkey.EQ)]

def describe(package):
    kind, digest = package.chksum if package.chksum else (None, b'')
    return {'name': package.name, 'epoch': str(package.epoch), 'version': package.version, 'release': package.release,
            'arch': package.arch, 'sourcerpm': package.sourcerpm or '', 'repository': package.reponame,
            'size': package.downloadsize, 'sha256': digest.hex() if kind == hawkey.CHKSUM_SHA256 else None,
            'advisories': [] if package.installed else advisories(package)}

def exact(wanted):
    epoch, _, rest = wanted['version'].rpartition(':')
    version, _, release = rest.rpartition('-')
    return available.filter(name=wanted['name'], arch=wanted['architecture'], epoch=int(epoch or 0), version=version, release=release)

def first(query):
    return next(iter(query), None)

def updates():
    newer = base.sack.query().upgrades()
    chosen = base.sack.query().filterm(upgrades_by_priority=True).latest()
    return {'candidates': [describe(p) for p in chosen], 'offers': [describe(p) for p in newer],
            'has_advisories': any(p.get_advisories(hawkey.EQ) for p in available) if len(newer) else False}

def plan():
    for wanted in request['packages']:
        package = first(exact(wanted))
        if package is None:
            return {'obstacle': 'no repository offers %s %s' % (wanted['name'], wanted['version'])}
        base.package_install(package)
    try:
        base.resolve(allow_erasing=False)
    except dnf.exceptions.Error as error:
        return {'obstacle': str(error)}
    incoming = list(base.transaction.install_set)
    outgoing = list(base.transaction.remove_set)
    moved = set((p.name) for p in incoming)
    back = []
    for package in outgoing:
        same = available.filter(name=package.name, arch=package.arch, epoch=package.epoch, version=package.version, release=package.release)
        found = first(same)
        if found is not None:
            back.append(describe(found))
    return {'incoming': [describe(p) for p in incoming], 'outgoing': [describe(p) for p in outgoing],
            'removed': [str(p) for p in outgoing if p.name not in moved], 'back': back}

def fetch():
    conf.destdir = request['to']
    packages = [p for p in (first(exact(wanted)) for wanted in request['packages']) if p is not None]
    fetched = []
    errors = []
    try:
        base.download_packages(packages)
    except dnf.exceptions.DownloadError as error:
        errors.append(str(error))
    for package in packages:
        path = package.localPkg()
        if not os.path.exists(path):
            continue
        code, reason = base.package_signature_check(package)
        if code != 0:
            errors.append('%s: %s' % (package, reason))
        else:
            fetched.append(path)
    return {'paths': fetched, 'errors': errors}

json.dump({'updates': updates, 'plan': plan, 'fetch': fetch}[request['do']](), sys.stdout)
`;
