#!/bin/sh
# user-x86.t - the user tests in the guest, on x86.
cd "$(dirname "$0")/.." || exit
. tests/user.sh
user_tests x86
