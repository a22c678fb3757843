#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Prints a manual page of the command: page.sh POLCHECK SCDOC TIDY [NAME]. Fails where one of the steps does.
set -e
text=$("$1" help --scdoc ${4:+"$4"})
page=$(printf '%s\n' "$text" | "$2")
printf '%s\n' "$page" | awk -f "$3"
