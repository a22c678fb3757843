// SPDX-License-Identifier: Apache-2.0
//
// The same in C++: the functions must be found by their names in C.
#include "consumer.c" // NOLINT(bugprone-suspicious-include)
