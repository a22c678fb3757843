# SPDX-License-Identifier: Apache-2.0
#
# Takes out of a page that scdoc made what mandoc's lint objects to: paragraph marks beside the head of a
# section or at the end of an indented part (they move behind it), and a title in lower case.
/^\.TH / { match($0, /"[^"]*"/); print substr($0, 1, RSTART - 1) toupper(substr($0, RSTART, RLENGTH)) substr($0, RSTART + RLENGTH); fresh = 1; next }
/^\.P$/ { wanted = !fresh; next }
/^\.RE$/ { print; wanted = 1; fresh = 0; next }
/^\.SH / { wanted = 0; print; fresh = 1; next }
{ if (wanted) print ".P"; wanted = 0; fresh = 0; print }
