#!/bin/sh
# Installs the Fleetmend agent from the folder this script lies in. Read it first; it does only this:
#   1. a system user and group `fleetmend`, without a shell or a password
#   2. the program and its own Node in /opt/fleetmend-agent, owned by root, and /usr/local/bin/fleetmend-agent to call it
#   3. two systemd units, enabled; the second (root, without network) acts only on changes people have signed
# It downloads nothing and asks nothing. Running it again brings the files up to date.
#
#   sudo sh install.sh
#   sudo sh install.sh https://fleetmend.example.org [--again] [--server-key sha256:…] [--root sha256:…]
#
# asks for the enrolment code, or reads it from FLEETMEND_ENROL_CODE; it never is an argument. It enrols at the server that
# has this key and at no other, and trusts the people of this root. --again enrols a machine that is enrolled already: it
# makes a new key.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=/opt/fleetmend-agent

fail() {
  echo "install.sh: $1" >&2
  exit 1
}

server='' server_key='' root='' again=''
while [ $# -gt 0 ]; do
  case $1 in
    --server-key) server_key=${2:?} && shift ;;
    --root) root=${2:?} && shift ;;
    --again) again=--again ;;
    -*) fail "$1 is not an option of this script" ;;
    *) [ -z "$server" ] || fail "$1: one server, please"
      server=$1 ;;
  esac
  shift
done

[ "$(id -u)" = 0 ] || fail 'run this as root'
command -v systemctl > /dev/null || fail 'this machine has no systemd'
for file in fleetmend-agent.mjs node fleetmend-agent.service fleetmend-applier.service; do
  [ -f "$here/$file" ] || fail "$file is missing beside this script"
done

getent group fleetmend > /dev/null || groupadd --system fleetmend
getent passwd fleetmend > /dev/null ||
  useradd --system --gid fleetmend --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin fleetmend

install -d -m 0755 "$target"
# Each file is put beside its place and renamed, so that a running agent never sees half a program.
for file in fleetmend-agent.mjs node; do
  mode=0644
  [ "$file" = node ] && mode=0755
  install -m "$mode" "$here/$file" "$target/$file.new"
  mv -f "$target/$file.new" "$target/$file"
done
printf '#!/bin/sh\nexec %s/node %s/fleetmend-agent.mjs "$@"\n' "$target" "$target" > /usr/local/bin/fleetmend-agent
chmod 0755 /usr/local/bin/fleetmend-agent
for unit in fleetmend-agent.service fleetmend-applier.service; do
  install -m 0644 "$here/$unit" "/etc/systemd/system/$unit"
done
install -d -m 0755 -o fleetmend -g fleetmend /var/lib/fleetmend-agent
install -d -m 0700 /var/lib/fleetmend-applier

as_fleetmend() {
  setpriv --reuid=fleetmend --regid=fleetmend --init-groups --reset-env \
    "$target/node" "$target/fleetmend-agent.mjs" "$@"
}
if [ -n "$server" ] && { [ -n "$again" ] || [ ! -f /var/lib/fleetmend-agent/identity.json ]; }; then
  set -- enrol --server "$server" $again ${server_key:+--server-key "$server_key"}
  # Through a pipe: what is in argv or in a foreign environment, every process can read.
  if [ -n "${FLEETMEND_ENROL_CODE:-}" ]; then
    printf '%s' "$FLEETMEND_ENROL_CODE" | as_fleetmend "$@"
  else
    as_fleetmend "$@"
  fi
elif [ -n "$server" ]; then
  echo "This machine is enrolled already, and stays so; to enrol it again with a new key, add --again. No code was used."
fi
# Root's half is bound to one key; whoever runs this as root says that there is another.
[ -z "$again" ] || rm -f /var/lib/fleetmend-applier/binding.json
if [ -n "$root" ]; then
  /usr/local/bin/fleetmend-agent trust "$root"
fi

systemctl daemon-reload
systemctl enable --quiet fleetmend-applier.service fleetmend-agent.service
if [ -f /var/lib/fleetmend-agent/identity.json ]; then
  systemctl restart fleetmend-applier.service fleetmend-agent.service
  echo 'The Fleetmend agent runs.'
else
  echo "Installed, not enrolled yet: run this again with the server's address."
fi
