// SPDX-License-Identifier: Apache-2.0
//
// A small service reference for tests, in the form of read.c.
#ifndef PC_TESTS_CATALOG_SMALL_H
#define PC_TESTS_CATALOG_SMALL_H

#define SMALL_HEAD                                                                                 \
    "polcheck service reference\t1\ndate\t2026-09-26\nsource\tmade by hand\n"                      \
    "g\taws:CalledVia\tArrayOfString\n"                                                            \
    "g\taws:RequestTag/${TagKey}\tString\n"                                                        \
    "g\taws:ViaCustomerDomain\tUnknown\n"                                                          \
    "g\tec2:SourceInstanceArn\tARN\n"

#define SMALL                                                                                      \
    SMALL_HEAD                                                                                     \
    "s\tec2\trcp\n"                                                                                \
    "k\t:Attribute\tString\n"                                                                      \
    "k\t:Attribute/${Name}\tArrayOfARN\n"                                                          \
    "k\t:ResourceTag/${TagKey}\tString\n"                                                          \
    "k\tsaml:aud\tString\n"                                                                        \
    "t\timage\tarn:${Partition}:ec2:${Region}::image/${ImageId}\t:ResourceTag/${TagKey}\n"         \
    "t\tInstance\tarn:${Partition}:ec2:${Region}:${Account}:instance/${InstanceId},"               \
    "arn:${Partition}:ec2:${Region}:${Account}:i/${InstanceId}\n"                                  \
    "a\tDescribeImages\tL\n"                                                                       \
    "a\tRunInstances\tTW\timage,Instance*\t:Attribute/${Name},aws:RequestTag/${TagKey}\n"          \
    "a\tSignIn\tR\t\tsaml:aud\n"                                                                   \
    "s\ts3\tshared\n"                                                                              \
    "k\t:prefix\tString\n"                                                                         \
    "a\tGetObject\tR\t\t:prefix\n"                                                                 \
    "a\tGetObjectAcl\tPR\n"

#endif
