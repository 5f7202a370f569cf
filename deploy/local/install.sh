#!/bin/sh
# Installs Debian packages, as root, so that apt neither starts a server nor creates a database cluster.
# What it changes for that is put back when it ends, however it ends.
set -eu

policy=/usr/sbin/policy-rc.d
saved=$policy.before-autotrack
cluster=/etc/postgresql-common/createcluster.d/zz-autotrack.conf
PATH=$PATH:/usr/sbin:/usr/local/sbin
had=" "
for name in rabbitmq-server haproxy nginx; do
  if command -v "$name" >/dev/null; then had="$had$name "; fi
done

restore() {
  rm -f "$cluster"
  if [ -e "$saved" ]; then mv -f "$saved" "$policy"; else rm -f "$policy"; fi
}
if [ -e "$saved" ]; then mv -f "$saved" "$policy"; fi # an earlier run was killed
trap restore EXIT
trap 'exit 130' HUP INT TERM

if [ -e "$policy" ]; then cp -p "$policy" "$saved"; fi
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"
mkdir -p "${cluster%/*}"
printf 'create_main_cluster = false\n' >"$cluster"

export DEBIAN_FRONTEND=noninteractive
apt="apt-get -q -y -o DPkg::Lock::Timeout=300"
$apt update || echo "apt update failed; trying with the lists there are"
$apt install --no-install-recommends "$@"

# A server that only we asked for must not start at the next boot either.
if command -v systemctl >/dev/null; then
  for name in rabbitmq-server haproxy nginx; do
    case "$had" in *" $name "*) continue ;; esac
    systemctl disable -q "$name.service" 2>/dev/null || true
    if [ "$name" = rabbitmq-server ]; then systemctl disable -q epmd.service epmd.socket 2>/dev/null || true; fi
  done
fi
