#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Makes the headers that nginx's configure script makes, for a module of the nginx that is installed.
# usage: configure.sh SOURCE WORK HEADERS
#
# Debian's nginx-dev has the headers of nginx's sources, its configure script and the arguments that the
# package was built with, but neither ngx_auto_config.h nor ngx_auto_headers.h: whoever builds a module
# configures anew. The script writes into the folder it stands in, so it runs in a copy, WORK; the two headers
# go into HEADERS.
set -eu

source=$1 work=$2 headers=$3
rm -rf "$work"
mkdir -p "$work"
cp -r "$source"/. "$work"
cd "$work"

# The compiler's name and flags have no part in what the headers say, and a sanitizer would fail the probes.
unset CFLAGS CPPFLAGS LDFLAGS
if ! bash -c '. ./conf_flags && CC=cc ./configure "${NGX_CONF_FLAGS[@]}" --builddir="$PWD/objs"' >configure.log 2>&1; then
    cat configure.log >&2
    exit 1
fi
cp objs/ngx_auto_config.h objs/ngx_auto_headers.h "$headers"
