#!/bin/sh
# Installs the Fleetmend agent from the folder this script lies in. Read it first; it does only this:
#   1. a system user and group `fleetmend`, without a shell or a password
#   2. the program and its own Node in a slot of /opt/fleetmend-agent, owned by root, and /usr/local/bin/fleetmend-agent to
#      call it
#   3. systemd units, enabled: the agent; its root half (without network), which acts only on changes people have signed; and
#      a watchdog
# It downloads nothing and asks nothing. Running it again brings the program up to date: the new one goes into the other slot
# (a or b), and when it has not checked in within ten minutes the watchdog goes back to the one of before.
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
units='fleetmend-agent.service fleetmend-applier.service fleetmend-watchdog.service fleetmend-watchdog.timer'
for file in fleetmend-agent.mjs node watchdog.sh $units; do
  [ -f "$here/$file" ] || fail "$file is missing beside this script"
done

getent group fleetmend > /dev/null || groupadd --system fleetmend
getent passwd fleetmend > /dev/null ||
  useradd --system --gid fleetmend --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin fleetmend

# The program goes into the slot that is not in use; what runs keeps its own until it is restarted. Whatever ends this script,
# `current` names a whole program: it is changed last, at once.
install -d -m 0755 "$target"
before=$(readlink "$target/current" || true)
slot=a
[ "$before" = a ] && slot=b
is_new=yes
if [ -n "$before" ] && cmp -s "$here/fleetmend-agent.mjs" "$target/$before/fleetmend-agent.mjs" &&
  cmp -s "$here/node" "$target/$before/node"; then
  is_new=''
  slot=$before
fi
if [ -n "$is_new" ]; then
  # One trial at a time: the slot of before has to stay as it is until this one's has ended.
  [ ! -f "$target/trial" ] || fail 'the program installed last is still on trial (fleetmend-watchdog.service): wait for its end'
  rm -rf "${target:?}/$slot"
  install -d -m 0755 "$target/$slot"
  install -m 0644 "$here/fleetmend-agent.mjs" "$target/$slot/fleetmend-agent.mjs"
  install -m 0755 "$here/node" "$target/$slot/node"
  "$target/$slot/node" "$target/$slot/fleetmend-agent.mjs" version > /dev/null ||
    fail 'the new program does not start on this machine; nothing was changed'
  install -m 0755 "$here/watchdog.sh" "$target/watchdog.sh.new"
  mv -f "$target/watchdog.sh.new" "$target/watchdog.sh"
  sync
  if [ -n "$before" ] && [ -f /var/lib/fleetmend-agent/identity.json ]; then
    echo "$before $slot $(($(date +%s) + ${FLEETMEND_TRIAL_SECONDS:-600}))" > "$target/trial.new"
    mv -f "$target/trial.new" "$target/trial"
  fi
  ln -sfn "$slot" "$target/current.new"
  mv -fT "$target/current.new" "$target/current"
  sync
fi
printf '#!/bin/sh\nexec %s/current/node %s/current/fleetmend-agent.mjs "$@"\n' "$target" "$target" > /usr/local/bin/fleetmend-agent
chmod 0755 /usr/local/bin/fleetmend-agent
for unit in $units; do
  install -m 0644 "$here/$unit" "/etc/systemd/system/$unit"
done
install -d -m 0755 -o fleetmend -g fleetmend /var/lib/fleetmend-agent
install -d -m 0700 /var/lib/fleetmend-applier

as_fleetmend() {
  setpriv --reuid=fleetmend --regid=fleetmend --init-groups --reset-env \
    "$target/current/node" "$target/current/fleetmend-agent.mjs" "$@"
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
systemctl enable --quiet --now fleetmend-watchdog.timer
if [ -f /var/lib/fleetmend-agent/identity.json ]; then
  systemctl restart fleetmend-applier.service fleetmend-agent.service
  echo 'The Fleetmend agent runs.'
else
  echo "Installed, not enrolled yet: run this again with the server's address."
fi
