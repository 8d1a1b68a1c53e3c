#!/bin/sh
# Runs `token check` on tpm2-pkcs11 over a software TPM, in the folder given.
#   tpm2-pkcs11.sh FOLDER MODULE COMMAND…
set -eu
folder=$1
module=$2
shift 2

mkdir "$folder/state" "$folder/store" "$folder/bin"
swtpm socket --tpm2 --tpmstate "dir=$folder/state" --flags not-need-init,startup-clear \
  --server "type=unixio,path=$folder/tpm" --ctrl "type=unixio,path=$folder/tpm.ctrl" > /dev/null 2>&1 &
tpm=$!
trap 'kill "$tpm"; wait "$tpm" || true' EXIT
export TPM2TOOLS_TCTI="swtpm:path=$folder/tpm" TPM2_PKCS11_TCTI="swtpm:path=$folder/tpm"
export TPM2_PKCS11_STORE="$folder/store" TPM2_PKCS11_LOG_LEVEL=0 TSS2_LOG=all+none
until [ -S "$folder/tpm" ] && [ -S "$folder/tpm.ctrl" ]; do sleep 0.05; done

# No resource manager stands before this TPM: each tool has to leave it empty for the next.
for tool in /usr/bin/tpm2_*; do
  name=$(basename "$tool")
  [ "$name" = tpm2_ptool ] && continue
  printf '#!/bin/sh\n%s "$@"; status=$?\n/usr/bin/tpm2_flushcontext -t > /dev/null 2>&1\nexit $status\n' "$tool" > "$folder/bin/$name"
  chmod +x "$folder/bin/$name"
done
PATH="$folder/bin:$PATH"
tpm2_ptool init --path "$folder/store" > /dev/null
tpm2_ptool addtoken --pid 1 --label unfit --sopin officer-8 --userpin gate-8 --path "$folder/store" > /dev/null

KAZASU_PIN=gate-8 "$@" --module "$module" --token unfit
