#!/bin/sh
# user-arm.t - the user tests in the guest, on ARM.
cd "$(dirname "$0")/.." || exit
. tests/user.sh
user_tests arm
