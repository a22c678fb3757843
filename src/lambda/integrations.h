// SPDX-License-Identifier: Apache-2.0
//
// The parts of the table of integrations; each ends in a row without a kind.
#ifndef PC_LAMBDA_INTEGRATIONS_H
#define PC_LAMBDA_INTEGRATIONS_H

#include "lambda/integration.h"

extern const struct pc_integration pc_integration_pushes[];      // LAMBDA.md 1.1
extern const struct pc_integration pc_integration_callers[];     // 1.3
extern const struct pc_integration pc_integration_pollers[];     // 1.4
extern const struct pc_integration pc_integration_targets[];     // 1.5
extern const struct pc_integration pc_integration_attachments[]; // 1.6, 1.7, 6

#define PC_INVOKE "lambda:InvokeFunction"
#define PC_ASSUME "sts:AssumeRole"
// What the code calls with the role's credentials (path E) bears the function (LAMBDA.md 3.3).
#define PC_FROM_CODE "lambda:SourceFunctionArn={FN}"
// Whoever polls a source in a VPC makes network interfaces there (LAMBDA.md 0, ENI6).
#define PC_ENI6                                                                                    \
    "ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DeleteNetworkInterface "         \
    "ec2:DescribeVpcs ec2:DescribeSubnets ec2:DescribeSecurityGroups"

#endif
