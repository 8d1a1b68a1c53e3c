#!/bin/sh
# Runs `token check` on opencryptoki's software token. Called in namespaces of its own (mount, IPC, PID), so
# that the machine's opencryptoki is neither seen nor changed, and everything ends with this script.
#   opencryptoki.sh MODULE COMMAND…
set -eu
module=$1
shift

for folder in /var/lib/opencryptoki /etc/opencryptoki /var/lock/opencryptoki; do
  mount -t tmpfs tmpfs "$folder"
done
mkdir -p /var/lib/opencryptoki/swtok/TOK_OBJ /var/lock/opencryptoki/swtok
chgrp -R pkcs11 /var/lib/opencryptoki /var/lock/opencryptoki
chmod -R 770 /var/lib/opencryptoki /var/lock/opencryptoki
printf 'version opencryptoki-3.1\nslot 3\n{\nstdll = libpkcs11_sw.so\n}\n' > /etc/opencryptoki/opencryptoki.conf

pkcsslotd -f > /dev/null 2>&1 &
until pkcsconf -t > /dev/null 2>&1; do sleep 0.05; done

# A fresh token has the PIN 87654321, and each of its PINs must be changed once before it serves.
{
  echo unfit | pkcsconf -I -c 3 -S 87654321
  pkcsconf -P -c 3 -S 87654321 -n so-pin-8
  pkcsconf -u -c 3 -S so-pin-8 -n first-8
  pkcsconf -p -c 3 -U first-8 -n gate-8
} > /dev/null

KAZASU_PIN=gate-8 "$@" --module "$module" --token unfit
