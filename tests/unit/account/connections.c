// SPDX-License-Identifier: Apache-2.0
//
// What dumps and manifests tell of a function's connections, in the kinds and facts of the table;
// and that a store gives back what it was told.
#include "sandbox.h"

#include "account/known_functions.h"
#include "connections.h"
#include "picture.h"
#include "record.h"

#define HERE         ":eu-west-1:111122223333:"
#define ROLE         "arn:aws:iam::111122223333:role/r"
#define OTHER        "arn:aws:iam::111122223333:role/other"
#define FN           "arn:aws:lambda" HERE "function:f"
#define QUEUE        "arn:aws:sqs" HERE "q"
#define TOPIC        "arn:aws:sns" HERE "t"
#define KEY          "arn:aws:kms" HERE "key/k"
#define POINT        "arn:aws:elasticfilesystem" HERE "access-point/p"
#define FILES        "arn:aws:elasticfilesystem" HERE "file-system/s"
#define MSK          "arn:aws:kafka" HERE "cluster/c/0a1b-2"
#define SECRET(name) "arn:aws:secretsmanager" HERE "secret:" name

#define MANIFEST(more)                                                                             \
    "{'polcheck':1,'roles':[{'arn':'" ROLE "'},{'arn':'" OTHER "'}],"                              \
    "'functions':[{'arn':'" FN "','role':'" ROLE "','kmsKey':'" KEY "'" more "}]"
#define MAPPING(more)       "{'UUID':'u1','FunctionArn':'" FN "'," more "}"
#define CONFIGURATION(more) "{'FunctionArn':'" FN "','Role':'" ROLE "'," more "}"

// Each connection of a function on a line: kind, function without what all ARNs begin with, the
// other end, facts.
static void write_connections(struct pc_buf *out, const struct pc_function *function)
{
    size_t before = sizeof("arn:aws:lambda" HERE "function:") - 1;
    for (const struct pc_connection *each = function->connections; each != NULL;
         each = each->next) {
        struct pc_str name = pc_str_slice(each->function, before, each->function.len);
        pc_buf_format(out, "%.*s %.*s", PC_STR_ARG(each->kind), PC_STR_ARG(name));
        if (each->other.len > 0) {
            pc_buf_format(out, " %.*s", PC_STR_ARG(each->other));
        }
        for (size_t i = 0; i < each->pair_count; i++) {
            pc_buf_format(out, " %.*s=%.*s", PC_STR_ARG(each->pairs[2 * i]),
                          PC_STR_ARG(each->pairs[2 * i + 1]));
        }
        pc_buf_byte(out, '\n');
    }
}

static void assert_connections(const struct sandbox *box, const char *arn, const char *expected)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    const struct pc_function *function =
        pc_map_get(&box->import->function_by_arn, pc_str_from(arn));
    assert_non_null(function);
    write_connections(&text, function);
    if (!pc_str_eq(pc_buf_view(&text), pc_str_from(expected))) {
        print_message("expected:\n%sgot:\n%.*s", expected, PC_STR_ARG(pc_buf_view(&text)));
        fail();
    }
}

// What a document tells of the function, and what comes of it.
struct row {
    const char *document, *expected;
};

static void check(struct sandbox *box, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sandbox_write(box, "m.json", MANIFEST("") "}");
        sandbox_write(box, "x.json", rows[i].document);
        sandbox_accept(box);
        assert_connections(box, FN, rows[i].expected);
    }
}

#define CHECK(box, rows) check(box, rows, sizeof(rows) / sizeof((rows)[0]))

// Dumps of Lambda ---------------------------------------------------------------------------------

// LAMBDA.md 1.4 and 5.4, rows 4 and 5: the kind is that of the source's service.
static const struct row mappings[] = {
    {MAPPING("'EventSourceArn':'" QUEUE "','State':'Enabled'"),
     "sqs f " QUEUE " state=Enabled uuid=u1\n"},
    {MAPPING("'EventSourceArn':'" QUEUE ".fifo'"), "sqs-fifo f " QUEUE ".fifo uuid=u1\n"},
    {"{'EventSourceMappings':[" MAPPING("'EventSourceArn':'arn:aws:kinesis" HERE "stream/s'") "]}",
     "kinesis f arn:aws:kinesis" HERE "stream/s uuid=u1\n"},
    {MAPPING("'EventSourceArn':'arn:aws:dynamodb" HERE "table/t/stream/2026'"),
     "dynamodb f arn:aws:dynamodb" HERE "table/t/stream/2026 uuid=u1\n"},
    // MSK: without authentication it is IAM's, and the group is the UUID.
    {MAPPING("'EventSourceArn':'" MSK "','Topics':['orders']"),
     "msk f " MSK " consumer-group=u1 iam=true topic=orders uuid=u1\n"},
    {MAPPING("'EventSourceArn':'" MSK "','AmazonManagedKafkaEventSourceConfig':"
             "{'ConsumerGroupId':'g'},'SourceAccessConfigurations':[{'Type':'SASL_SCRAM_512_AUTH',"
             "'URI':'" SECRET("a") "'}]"),
     "msk f " MSK " consumer-group=g scram=" SECRET("a") " secret=" SECRET("a") " uuid=u1\n"},
    {MAPPING("'EventSourceArn':'" MSK "','SourceAccessConfigurations':["
             "{'Type':'CLIENT_CERTIFICATE_TLS_AUTH','URI':'" SECRET(
                 "c") "'},"
                      "{'Type':'SERVER_ROOT_CA_CERTIFICATE','URI':'" SECRET("ca") "'}]"),
     "msk f " MSK " consumer-group=u1 secret=" SECRET("c") " secret=" SECRET("ca") " uuid=u1\n"},
    // A certificate that the broker shows authenticates nobody else.
    {MAPPING("'EventSourceArn':'" MSK "','SourceAccessConfigurations':["
             "{'Type':'SERVER_ROOT_CA_CERTIFICATE','URI':'" SECRET("ca") "'}]"),
     "msk f " MSK " consumer-group=u1 iam=true secret=" SECRET("ca") " uuid=u1\n"},
    // A broker of one's own: no source, and perhaps a network.
    {MAPPING("'SelfManagedEventSource':{'Endpoints':{'KAFKA_BOOTSTRAP_SERVERS':['b:9092']}},"
             "'Topics':['t'],'SelfManagedKafkaEventSourceConfig':{'ConsumerGroupId':'g'},"
             "'SourceAccessConfigurations':[{'Type':'VPC_SUBNET','URI':'subnet:subnet-1'},"
             "{'Type':'VPC_SECURITY_GROUP','URI':'security_group:sg-1'},"
             "{'Type':'BASIC_AUTH','URI':'" SECRET("b") "'}]"),
     "kafka f consumer-group=g secret=" SECRET("b") " topic=t uuid=u1 vpc=true\n"},
    {MAPPING("'EventSourceArn':'arn:aws:mq" HERE "broker:b:b-1','Queues':['q'],"
             "'SourceAccessConfigurations':[{'Type':'BASIC_AUTH','URI':'" SECRET(
                 "b") "'},"
                      "{'Type':'VIRTUAL_HOST','URI':'/'}]"),
     "mq f arn:aws:mq" HERE "broker:b:b-1 queue=q secret=" SECRET("b") " uuid=u1\n"},
    {MAPPING("'EventSourceArn':'arn:aws:rds" HERE "cluster:d','DocumentDBEventSourceConfig':"
             "{'DatabaseName':'db'},'SourceAccessConfigurations':[{'Type':'BASIC_AUTH','URI':"
             "'" SECRET("b") "'}]"),
     "documentdb f arn:aws:rds" HERE "cluster:d database=db secret=" SECRET("b") " uuid=u1\n"},
    // What goes with a mapping.
    {MAPPING("'EventSourceArn':'arn:aws:kinesis" HERE "stream/s','KMSKeyArn':'" KEY "',"
             "'DestinationConfig':{'OnFailure':{'Destination':'" QUEUE "'}}"),
     "kinesis f arn:aws:kinesis" HERE "stream/s uuid=u1\n"
     "destination-sqs f " QUEUE " mapping=u1 on=mapping-failure\n"
     "filter-key f " KEY " mapping=u1\n"},
    {MAPPING("'EventSourceArn':'" MSK "','DestinationConfig':{'OnFailure':{'Destination':"
             "'kafka://lost'}}"),
     "msk f " MSK " consumer-group=u1 iam=true uuid=u1\n"
     "destination-kafka f kafka://lost cluster=" MSK " mapping=u1 on=mapping-failure\n"},
    {MAPPING("'EventSourceArn':'arn:aws:kinesis" HERE "stream/s','DestinationConfig':"
             "{'OnFailure':{}}"),
     "kinesis f arn:aws:kinesis" HERE "stream/s uuid=u1\n"},
};

static void mappings_are_told_by_their_source(void **state)
{
    CHECK((struct sandbox *)*state, mappings);
}

static const struct row configurations[] = {
    {CONFIGURATION("'DeadLetterConfig':{'TargetArn':'" QUEUE "'}"),
     "dead-letter-sqs f " QUEUE "\n"},
    {CONFIGURATION("'DeadLetterConfig':{'TargetArn':'" TOPIC "'}"),
     "dead-letter-sns f " TOPIC "\n"},
    {CONFIGURATION("'DeadLetterConfig':{},'TracingConfig':{'Mode':'Active'}"),
     "tracing f mode=Active\n"},
    {CONFIGURATION("'LoggingConfig':{'LogFormat':'JSON','LogGroup':'/own'}"),
     "logs f group=/own\n"},
    {CONFIGURATION("'VpcConfig':{'VpcId':'vpc-1','SubnetIds':['s-1','s-2'],'SecurityGroupIds':"
                   "['sg-1']}"),
     "vpc f security-group=sg-1 subnet=s-1 subnet=s-2 vpc-id=vpc-1\n"},
    {CONFIGURATION("'VpcConfig':{'VpcId':'','SubnetIds':[],'SecurityGroupIds':[]}"), ""},
    {CONFIGURATION("'Environment':{'Error':{'ErrorCode':'AccessDeniedException'}}"),
     "environment f unread=true\n"},
    {CONFIGURATION("'KMSKeyArn':'" KEY "','Environment':{'Error':{}}"), ""},
    {CONFIGURATION("'Environment':{'Variables':{},'Error':null}"), ""},
    {CONFIGURATION("'FileSystemConfigs':[{'Arn':'arn:aws:elasticfilesystem" HERE
                   "access-point/fsap-1','LocalMountPath':'/mnt/a'}]"),
     "efs f arn:aws:elasticfilesystem" HERE "access-point/fsap-1\n"},
    {CONFIGURATION("'Layers':[{'Arn':'arn:aws:lambda" HERE "layer:l:3','CodeSize':1},"
                   "{'Arn':'arn:aws:lambda" HERE "layer:m:1','CodeSize':1}]"),
     "layer f arn:aws:lambda" HERE "layer:l:3\nlayer f arn:aws:lambda" HERE "layer:m:1\n"},
    {CONFIGURATION("'MasterArn':'arn:aws:lambda:us-east-1:111122223333:function:f:1'"),
     "lambda-edge f arn:aws:lambda:us-east-1:111122223333:function:f:1\n"},
    {CONFIGURATION("'DurableConfig':{'RetentionPeriodInDays':7}"), "durable-execution f\n"},
    {CONFIGURATION("'PackageType':'Zip'"), ""},
    {CONFIGURATION("'PackageType':'Image'"), "image f\n"},
    // get-function alone tells which image; that there is one is told twice then.
    {"{'Configuration':" CONFIGURATION(
         "'PackageType':'Image'") ",'Code':{'ImageUri':"
                                  "'444455556666.dkr.ecr.eu-west-1.amazonaws.com/team/app:v1'}}",
     "image f arn:aws:ecr:eu-west-1:444455556666:repository/team/app\n"},
    {"{'Configuration':" CONFIGURATION(
         "'PackageType':'Image'") ",'Code':{'ImageUri':"
                                  "'444455556666.dkr.ecr.cn-north-1.amazonaws.com.cn/"
                                  "app@sha256:0a1b'}}",
     "image f arn:aws:ecr:cn-north-1:444455556666:repository/app\n"},
    {"{'Configuration':" CONFIGURATION("'PackageType':'Image'") ",'Code':{'ImageUri':"
                                                                "'registry.example.com/app:v1'}}",
     "image f\n"},
    {"{'FunctionUrl':'u','AuthType':'NONE','FunctionArn':'" FN "'}", "url f auth-type=NONE\n"},
    {"{'FunctionUrlConfigs':[{'FunctionUrl':'u','AuthType':'AWS_IAM','FunctionArn':'" FN
     ":prod'}]}",
     "url f:prod auth-type=AWS_IAM\n"},
    // Row 7: the function itself is called FN:$LATEST.
    {"{'FunctionArn':'" FN ":$LATEST','DestinationConfig':{'OnSuccess':{'Destination':"
     "'arn:aws:events" HERE "event-bus/b'},'OnFailure':{'Destination':'arn:aws:s3:::lost'}}}",
     "destination-eventbridge f arn:aws:events" HERE "event-bus/b on=success\n"
     "destination-s3 f arn:aws:s3:::lost on=failure\n"},
    {"{'FunctionEventInvokeConfigs':[{'FunctionArn':'" FN ":prod','DestinationConfig':{'OnSuccess':"
     "{'Destination':'arn:aws:lambda" HERE "function:g:1'},'OnFailure':{'Destination':'" TOPIC
     "'}}}]}",
     "destination-lambda f:prod arn:aws:lambda" HERE "function:g:1 on=success\n"
     "destination-sns f:prod " TOPIC " on=failure\n"},
    {"{'FunctionArn':'" FN ":$LATEST','DestinationConfig':{'OnSuccess':{},'OnFailure':{}}}", ""},
    {"{'Aliases':[{'AliasArn':'" FN ":prod','FunctionVersion':'3','RoutingConfig':"
     "{'AdditionalVersionWeights':{'4':0.1}}}]}",
     "alias f:prod version=3 version=4\n"},
};

static void configurations_tell_what_is_attached(void **state)
{
    CHECK((struct sandbox *)*state, configurations);
}

// A version has what its own configuration tells; the function knows that there is the version.
static void versions_have_their_own(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "m.json", MANIFEST("") "}");
    sandbox_write(box, "x.json",
                  "{'Versions':[{'FunctionArn':'" FN ":$LATEST','Version':'$LATEST','Role':'" ROLE
                  "','TracingConfig':{'Mode':'Active'}},{'FunctionArn':'" FN
                  ":1','Version':'1','Role':'" OTHER "','TracingConfig':{'Mode':'PassThrough'}}]}");
    sandbox_write(box, "y.json", MAPPING("'EventSourceArn':'" QUEUE "'"));
    sandbox_write(box, "z.json",
                  "{'UUID':'u2','EventSourceArn':'" QUEUE "','FunctionArn':'" FN ":1'}");
    sandbox_accept(box);
    assert_connections(box, FN,
                       "tracing f mode=Active\nversion f:1\nsqs f " QUEUE " uuid=u1\nsqs f:1 " QUEUE
                       " uuid=u2\n");
    assert_connections(box, FN ":1", "tracing f:1 mode=PassThrough\n");
    assert_int_equal(pc_import_counts(box->import).functions, 2);
}

// Manifests ---------------------------------------------------------------------------------------

static const struct row manifests[] = {
    {",'triggers':[{'kind':'alb','source':'arn:aws:elasticloadbalancing" HERE
     "targetgroup/w/0a','qualifier':'prod'}]",
     "alb f:prod arn:aws:elasticloadbalancing" HERE "targetgroup/w/0a\n"},
    {",'triggers':[{'kind':'url','auth-type':'AWS_IAM','caller':['" ROLE "','" OTHER "']}]",
     "url f auth-type=AWS_IAM caller=" ROLE " caller=" OTHER "\n"},
    {",'triggers':[{'kind':'url','auth-type':'AWS_IAM','caller':'" ROLE "'}]",
     "url f auth-type=AWS_IAM caller=" ROLE "\n"},
    {",'triggers':[{'kind':'invoke','source':'" ROLE "','invocation-type':'Event','context':"
     "{'aws:SourceIp':'192.0.2.7','aws:MultiFactorAuthPresent':'true'}}]",
     "invoke f " ROLE " context:aws:MultiFactorAuthPresent=true context:aws:SourceIp=192.0.2.7 "
     "invocation-type=Event\n"},
    {",'triggers':[{'kind':'step-functions','source':'arn:aws:states" HERE
     "stateMachine:s','role':'" OTHER "','task-token':true}]",
     "step-functions f arn:aws:states" HERE "stateMachine:s role=" OTHER " task-token=true\n"},
    {",'triggers':[{'kind':'config-rule'}]", "config-rule f\n"},
    {",'attachments':[{'kind':'alias','qualifier':'prod','version':['3']}]",
     "alias f:prod version=3\n"},
    {",'attachments':[{'kind':'metrics'},{'kind':'insights'}]", "metrics f\ninsights f\n"},
    {",'destinations':{'onSuccess':'arn:aws:events" HERE "event-bus/b','onFailure':{'target':"
     "'arn:aws:s3:::lost','kms-key':'" KEY "','account':'444455556666'},'deadLetter':'" TOPIC "'}",
     "destination-eventbridge f arn:aws:events" HERE "event-bus/b on=success\n"
     "destination-s3 f arn:aws:s3:::lost account=444455556666 kms-key=" KEY " on=failure\n"
     "dead-letter-sns f " TOPIC "\n"},
    {",'destinations':{'onFailure':{'target':'kafka://lost','cluster':'" MSK "'}}",
     "destination-kafka f kafka://lost cluster=" MSK " on=mapping-failure\n"},
    {",'destinations':{'onFailure':{'target':'" QUEUE "','qualifier':'prod'}}",
     "destination-sqs f:prod " QUEUE " on=failure\n"},
    {",'deployer':'" OTHER "'", "deployer f " OTHER "\n"},
};

static void write_manifest(struct sandbox *box, const char *more)
{
    struct pc_str text;
    assert_int_equal(pc_arena_format(&box->arena, &text, "%s%s}]}",
                                     "{'polcheck':1,'roles':[{'arn':'" ROLE "'},{'arn':'" OTHER
                                     "'}],'functions':[{'arn':'" FN "','role':'" ROLE "'",
                                     more),
                     PC_OK);
    sandbox_write(box, "m.json", text.ptr);
}

static void manifests_tell_the_rest(void **state)
{
    struct sandbox *box = *state;
    for (size_t i = 0; i < sizeof(manifests) / sizeof(manifests[0]); i++) {
        write_manifest(box, manifests[i].document);
        sandbox_accept(box);
        assert_connections(box, FN, manifests[i].expected);
    }
}

// The word that is wrong stands on a line of its own.
static const struct {
    const char *more;
    enum pc_diag_code code;
    const char *said; // in the message or the hint
} wrong_manifests[] = {
    {",'triggers':[{'kind':\n'sqss','source':'" QUEUE "'}]", PC_DIAG_MANIFEST_VALUE, "\"sqs\"?"},
    {",'triggers':[{'kind':\n'logs'}]", PC_DIAG_MANIFEST_VALUE, "\"attachments\""},
    {",'attachments':[{'kind':\n'sqs'}]", PC_DIAG_MANIFEST_VALUE, "\"triggers\""},
    {",'triggers':[{'kind':\n'dead-letter-sqs'}]", PC_DIAG_MANIFEST_VALUE, "\"destinations\""},
    {",'triggers':[\n{'source':'" QUEUE "'}]", PC_DIAG_MANIFEST_VALUE, "\"kind\" is missing"},
    {",'triggers':[\n{'kind':'sqs'}]", PC_DIAG_MANIFEST_VALUE, "\"source\" is missing"},
    {",'triggers':[{'kind':'sqs','source':\n'" TOPIC "'}]", PC_DIAG_MANIFEST_VALUE, "does not fit"},
    {",'triggers':[{'kind':'s3','source':\n'arn:aws:s3:eu-west-1:111122223333:b'}]",
     PC_DIAG_MANIFEST_VALUE, "arn:*:s3:::*"},
    {",'triggers':[{'kind':'s3','source':\n'arn:aws:s3:::b/in/'}]", PC_DIAG_MANIFEST_VALUE,
     "nothing behind the name"},
    {",'triggers':[{'kind':'sns','source':\n'" TOPIC ":0a1b'}]", PC_DIAG_MANIFEST_VALUE,
     "nothing behind the name"},
    {",'destinations':{'onFailure':\n'" TOPIC ":0a1b'}", PC_DIAG_MANIFEST_VALUE,
     "nothing behind the name"},
    {",'triggers':[{'kind':'codecommit','source':\n'arn:aws:codecommit" HERE "r/main'}]",
     PC_DIAG_MANIFEST_VALUE, "nothing behind the name"},
    {",'triggers':[{'kind':'sqs','source':'" QUEUE "',\n'kms-kay':'" KEY "'}]",
     PC_DIAG_MANIFEST_KEY_UNKNOWN, "\"kms-key\"?"},
    {",'triggers':[{'kind':'alexa','skill':'s',\n'source':'" QUEUE "'}]",
     PC_DIAG_MANIFEST_KEY_UNKNOWN, "\"source\" of alexa"},
    {",'triggers':[\n{'kind':'alexa'}]", PC_DIAG_MANIFEST_VALUE, "needs \"skill\""},
    {",'triggers':[{'kind':'alexa','skill':\n['a','b']}]", PC_DIAG_MANIFEST_VALUE, "one value"},
    {",'triggers':[{'kind':'alexa','skill':\n''}]", PC_DIAG_MANIFEST_VALUE, "is empty"},
    {",'triggers':[{'kind':'alexa','skill':\n7}]", PC_DIAG_MANIFEST_VALUE, "not a string"},
    {",'triggers':[{'kind':'alexa','skill':'s','qualifier':\n'a b'}]", PC_DIAG_MANIFEST_VALUE,
     "neither a version nor an alias"},
    {",'triggers':[{'kind':'msk','source':'" MSK "','iam':\n'true'}]", PC_DIAG_MANIFEST_VALUE,
     "not a boolean"},
    {",'triggers':[{'kind':'msk','source':'" MSK "','iam':\nfalse}]", PC_DIAG_MANIFEST_VALUE,
     "left out"},
    {",'triggers':[{'kind':'msk','source':'" MSK "','topic':\n[]}]", PC_DIAG_MANIFEST_VALUE,
     "is empty"},
    {",'triggers':[{'kind':'msk','source':'" MSK "','topic':[\n7]}]", PC_DIAG_MANIFEST_VALUE,
     "not a string"},
    {",'triggers':[{'kind':'codedeploy','role':\n'r'}]", PC_DIAG_MANIFEST_VALUE, "ARN of a role"},
    {",'triggers':[{'kind':'url','auth-type':\n'IAM'}]", PC_DIAG_MANIFEST_VALUE, "AWS_IAM"},
    {",'triggers':[{'kind':'invoke','source':'" ROLE "','invocation-type':\n'Async'}]",
     PC_DIAG_MANIFEST_VALUE, "DryRun"},
    {",'triggers':[{'kind':'cognito','source':'arn:aws:cognito-idp" HERE
     "userpool/p','sender-key':\n'key'}]",
     PC_DIAG_MANIFEST_VALUE, "ARN of a key"},
    {",'triggers':[{'kind':'invoke','source':'" ROLE "','context':{'k':\n['a']}}]",
     PC_DIAG_MANIFEST_VALUE, "not a string"},
    {",'triggers':[\n'sqs']", PC_DIAG_MANIFEST_VALUE, "not an object"},
    {",'triggers':\n{}", PC_DIAG_MANIFEST_VALUE, "not an array"},
    {",'attachments':[\n{'kind':'alias'}]", PC_DIAG_MANIFEST_VALUE, "\"qualifier\""},
    {",'attachments':[{'kind':'efs','source':\n'fs-1'}]", PC_DIAG_MANIFEST_VALUE, "does not fit"},
    {",'destinations':{\n'onSucess':'" QUEUE "'}", PC_DIAG_MANIFEST_KEY_UNKNOWN, "\"onSuccess\"?"},
    {",'destinations':{'onSuccess':\n'arn:aws:dynamodb" HERE "table/t'}", PC_DIAG_MANIFEST_VALUE,
     "sqs, sns, events, lambda"},
    {",'destinations':{'onFailure':\n'arn:aws:dynamodb" HERE "table/t'}", PC_DIAG_MANIFEST_VALUE,
     "sqs, sns, s3, events, lambda"},
    {",'destinations':{'onSuccess':\n'arn:aws:s3:::b'}", PC_DIAG_MANIFEST_VALUE,
     "destination of what succeeds"},
    {",'destinations':{'onSuccess':\n'kafka://t'}", PC_DIAG_MANIFEST_VALUE, "no destination"},
    {",'destinations':{'deadLetter':\n'arn:aws:s3:::b'}", PC_DIAG_MANIFEST_VALUE, "sqs, sns"},
    {",'destinations':{'onFailure':\n{'kms-key':'" KEY "'}}", PC_DIAG_MANIFEST_VALUE,
     "\"target\" is missing"},
    {",'destinations':{'onFailure':{'target':'" QUEUE "',\n'account':'111122223333'}}",
     PC_DIAG_MANIFEST_KEY_UNKNOWN, "\"account\""},
    {",'deployer':\n'ci'", PC_DIAG_MANIFEST_VALUE, "\"ci\""},
};

static void manifests_are_held_against_the_table(void **state)
{
    struct sandbox *box = *state;
    for (size_t i = 0; i < sizeof(wrong_manifests) / sizeof(wrong_manifests[0]); i++) {
        write_manifest(box, wrong_manifests[i].more);
        const struct pc_diag *diag = sandbox_refuse(box, wrong_manifests[i].code, "m.json", 2, 1);
        assert_true(sandbox_says(diag->message, wrong_manifests[i].said) ||
                    sandbox_says(diag->hint, wrong_manifests[i].said));
    }
}

// Several documents -------------------------------------------------------------------------------

static void what_two_documents_tell_is_put_together(void **state)
{
    struct sandbox *box = *state;
    write_manifest(box,
                   ",'triggers':[{'kind':'sqs','source':'" QUEUE "','uuid':'u1','kms-key':'" KEY
                   "'}],'destinations':{'deadLetter':'" TOPIC "'},"
                   "'attachments':[{'kind':'tracing','mode':'Active'},"
                   "{'kind':'efs','source':'" POINT "','file-system':'" FILES "'}]");
    sandbox_write(box, "a.json", MAPPING("'EventSourceArn':'" QUEUE "','State':'Enabled'"));
    sandbox_write(
        box, "b.json",
        "{'EventSourceMappings':[" MAPPING("'EventSourceArn':'" QUEUE "','State':'Enabled'") "]}");
    sandbox_write(box, "c.json",
                  CONFIGURATION("'TracingConfig':{'Mode':'Active'},'DeadLetterConfig':{'TargetArn':"
                                "'" TOPIC "'},'FileSystemConfigs':[{'Arn':'" POINT "'}]"));
    sandbox_accept(box);
    assert_connections(box, FN,
                       "sqs f " QUEUE " kms-key=" KEY " state=Enabled uuid=u1\n"
                       "tracing f mode=Active\nefs f " POINT " file-system=" FILES "\n"
                       "dead-letter-sns f " TOPIC "\n");
}

static const struct {
    const char *first, *second;
} contradictions[] = {
    {MAPPING("'EventSourceArn':'" QUEUE "'"), MAPPING("'EventSourceArn':'" QUEUE "2'")},
    {MAPPING("'EventSourceArn':'" QUEUE "','State':'Enabled'"),
     MAPPING("'EventSourceArn':'" QUEUE "','State':'Disabled'")},
    {CONFIGURATION("'TracingConfig':\n{'Mode':'Active'}"),
     CONFIGURATION("'TracingConfig':\n{'Mode':'PassThrough'}")},
    {CONFIGURATION("'DeadLetterConfig':\n{'TargetArn':'" QUEUE "'}"),
     CONFIGURATION("'DeadLetterConfig':\n{'TargetArn':'" TOPIC "'}")},
    {CONFIGURATION("'VpcConfig':\n{'SubnetIds':['a','b']}"),
     CONFIGURATION("'VpcConfig':\n{'SubnetIds':['a']}")},
    {"{'FunctionUrl':'u','AuthType':'NONE','FunctionArn':'" FN "'}",
     "{'FunctionUrl':'u','AuthType':'AWS_IAM','FunctionArn':'" FN "'}"},
    {"{'AliasArn':'" FN ":a','FunctionVersion':'1'}",
     "{'AliasArn':'" FN ":a','FunctionVersion':'2'}"},
    {"{'FunctionArn':'" FN ":$LATEST','DestinationConfig':{'OnFailure':{'Destination':'" QUEUE
     "'}}}",
     "{'FunctionArn':'" FN "','DestinationConfig':{'OnFailure':{'Destination':'" TOPIC "'}}}"},
};

static void what_contradicts_is_refused(void **state)
{
    struct sandbox *box = *state;
    for (size_t i = 0; i < sizeof(contradictions) / sizeof(contradictions[0]); i++) {
        sandbox_write(box, "m.json", MANIFEST("") "}");
        sandbox_write(box, "x.json", contradictions[i].first);
        sandbox_write(box, "y.json", contradictions[i].second);
        assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_ERR_INVALID);
        assert_int_equal(box->diags.errors, 1);
        assert_int_equal(box->diags.first->code, PC_DIAG_DEFINED_TWICE);
        assert_true(sandbox_says(box->diags.first->message, "/x.json:"));
        assert_true(sandbox_says(box->diags.first->place.file, "/y.json"));
    }
}

// Keys, owners, grants ----------------------------------------------------------------------------

// What is told of the other end is a fact of each connection with it (LAMBDA.md 5.4, rows 10, 11).
static void keys_of_queues_are_facts(void **state)
{
    struct sandbox *box = *state;
    static const char *const keys[][2] = {
        {"0a1b-2c", "arn:aws:kms" HERE "key/0a1b-2c"},
        {KEY, KEY},
        {"alias/aws/sqs", "alias/aws/sqs"},
    };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct pc_str expected;
        write_manifest(box, ",'destinations':{'deadLetter':'" QUEUE "','onFailure':'" QUEUE "2'}");
        sandbox_write_with(box, "q.json",
                           "{'Attributes':{'QueueArn':'" QUEUE "','KmsMasterKeyId':'@'}}",
                           keys[i][0]);
        sandbox_write(box, "x.json", MAPPING("'EventSourceArn':'" QUEUE "'"));
        sandbox_accept(box);
        assert_int_equal(pc_arena_format(&box->arena, &expected,
                                         "destination-sqs f " QUEUE "2 on=failure\n"
                                         "dead-letter-sqs f " QUEUE " key-of:" QUEUE
                                         "=%s kms-key=%s\n"
                                         "sqs f " QUEUE " key-of:" QUEUE "=%s kms-key=%s uuid=u1\n",
                                         keys[i][1], keys[i][1], keys[i][1], keys[i][1]),
                         PC_OK);
        assert_connections(box, FN, expected.ptr);
    }
}

// A poller uses the key of its secret, and never that of the broker or cluster (LAMBDA.md 1.4).
static void keys_of_secrets_are_facts(void **state)
{
#define LOGIN SECRET("a-AbCdEf")
    struct sandbox *box = *state;
    static const char resources[] = ",'resources':[{'arn':'" MSK "','kmsKey':'" KEY
                                    "2'},{'arn':'" LOGIN "','kmsKey':'" KEY "'}]}";
    sandbox_write_with(box, "m.json", MANIFEST("") "@", resources);
    sandbox_write(box, "x.json",
                  MAPPING("'EventSourceArn':'" MSK "','SourceAccessConfigurations':[{'Type':"
                          "'SASL_SCRAM_512_AUTH','URI':'" LOGIN "'}]"));
    sandbox_accept(box);
    assert_connections(box, FN,
                       "msk f " MSK " consumer-group=u1 key-of:" LOGIN "=" KEY " scram=" LOGIN
                       " secret=" LOGIN " uuid=u1\n");
    // One that the connection tells itself is that of all its secrets.
    sandbox_write_with(box, "m.json",
                       MANIFEST(",'triggers':[{'kind':'kafka','uuid':'u2','secret':'" LOGIN
                                "','kms-key':'" KEY "3'}]") "@",
                       resources);
    sandbox_write(box, "x.json", MAPPING("'EventSourceArn':'" QUEUE "'"));
    sandbox_accept(box);
    assert_connections(box, FN,
                       "kafka f kms-key=" KEY "3 secret=" LOGIN " uuid=u2\n"
                       "sqs f " QUEUE " uuid=u1\n");
#undef LOGIN
}

static void manifests_tell_keys_and_owners(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "m.json",
                  MANIFEST("") ",'resources':[{'arn':'arn:aws:kinesis" HERE
                               "stream/s','kmsKey':'" KEY
                               "'},{'arn':'arn:aws:s3:::lost','account':'444455556666',"
                               "'kmsKey':'" KEY "'}]}");
    sandbox_write(box, "x.json",
                  MAPPING("'EventSourceArn':'arn:aws:kinesis" HERE
                          "stream/s/consumer/c:1','DestinationConfig':{'OnFailure':"
                          "{'Destination':'arn:aws:s3:::lost'}}"));
    sandbox_accept(box);
    assert_connections(
        box, FN,
        "kinesis f arn:aws:kinesis" HERE "stream/s/consumer/c:1 key-of:arn:aws:kinesis" HERE
        "stream/s=" KEY " kms-key=" KEY " uuid=u1\n"
        "destination-s3 f arn:aws:s3:::lost account=444455556666 key-of:arn:aws:s3:::lost=" KEY
        " kms-key=" KEY " mapping=u1 on=mapping-failure owner-of:arn:aws:s3:::lost=444455556666\n");
    sandbox_write(box, "m.json",
                  MANIFEST("") ",'resources':[{'arn':'arn:aws:s3:::lost','account':'444455556666',"
                               "'kmsKey':\n'alias/a'}]}");
    (void)sandbox_refuse(box, PC_DIAG_MANIFEST_VALUE, "m.json", 2, 1);
    sandbox_write(box, "m.json",
                  MANIFEST("") ",'resources':[{'arn':'" QUEUE "','kmsKey':\n'" KEY "'}]}");
    sandbox_write(box, "q.json",
                  "{'Attributes':{'QueueArn':'" QUEUE "','KmsMasterKeyId':'other'}}");
    assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_ERR_INVALID);
    assert_non_null(sandbox_find(box, PC_DIAG_DEFINED_TWICE, "m.json", 2, 1));
}

#define GRANT(more) "{'Grants':[{'KeyId':'" KEY "','GrantId':'g'," more "}]}"

// Those for the role of a function with that key, and else one that is for its role or for itself
// alone; all others are dropped (R-712).
static const struct row grants[] = {
    {GRANT("'GranteePrincipal':'" ROLE "','Operations':['Decrypt','RetireGrant']"),
     "grant f " KEY " operation=Decrypt operation=RetireGrant\n"},
    {"{'Grants':[{'KeyId':'k','GranteePrincipal':'" ROLE "','Operations':['Decrypt']}]}",
     "grant f " KEY " operation=Decrypt\n"},
    {GRANT("'GranteePrincipal':'" ROLE "','Operations':['Decrypt'],'Constraints':"
           "{'EncryptionContextEquals':{'aws:lambda:FunctionArn':'" FN "'}}"),
     "grant f " KEY " operation=Decrypt\n"},
    {GRANT("'GranteePrincipal':'" ROLE "','Operations':['Decrypt'],'Constraints':"
           "{'EncryptionContextSubset':{'aws:lambda:FunctionArn':'" FN "2'}}"),
     "grant f " KEY " for=" FN "2 operation=Decrypt\n"},
    {GRANT("'GranteePrincipal':'AROAEXAMPLEEXAMPLEEXA','Operations':['Decrypt'],'Constraints':"
           "{'EncryptionContextEquals':{'aws:lambda:FunctionArn':'" FN "'}}"),
     "grant f " KEY " grantee=AROAEXAMPLEEXAMPLEEXA operation=Decrypt\n"},
    {GRANT("'GranteePrincipal':'AROAEXAMPLEEXAMPLEEXA','Operations':['Decrypt'],'Constraints':"
           "{'EncryptionContextEquals':{'aws:lambda:FunctionArn':'" FN "2'}}"),
     ""},
    {GRANT("'GranteePrincipal':'AROAEXAMPLEEXAMPLEEXA','Operations':['Decrypt'],'Constraints':"
           "{'EncryptionContextEquals':{'aws:lambda:FunctionArn':'" FN "'}}},{'KeyId':'" KEY
           "','GranteePrincipal':'" ROLE "','Operations':['Decrypt']"),
     "grant f " KEY " operation=Decrypt\n"},
    {GRANT("'GranteePrincipal':'" ROLE "','Operations':['Decrypt'],'Constraints':"
           "{'EncryptionContextSubset':{'aws:s3:arn':'arn:aws:s3:::b'}}"),
     ""},
    {GRANT("'GranteePrincipal':'" ROLE "','Operations':['Encrypt']"), ""},
    {GRANT("'GranteePrincipal':'" OTHER "','Operations':['Decrypt']"), ""},
    {"{'Grants':[{'KeyId':'" KEY "2','GranteePrincipal':'" ROLE "','Operations':['Decrypt']}]}",
     ""},
    {"{'Grants':[]}", ""},
};

static void grants_of_the_role_are_kept(void **state)
{
    CHECK((struct sandbox *)*state, grants);
}

// Notifications and targets -----------------------------------------------------------------------

#define RULE "arn:aws:events" HERE "rule/r"

static void events_are_attached_by_a_manifest(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "m.json",
                  MANIFEST("") ",'resources':[{'arn':'arn:aws:s3:::b','account':'444455556666',"
                               "'notification':'dumps/n.json'},{'arn':'" RULE
                               "','targets':{'Targets':["
                               "{'Id':'1','Arn':'" FN "','RoleArn':'" OTHER "','DeadLetterConfig':"
                               "{'Arn':'" QUEUE "'}},{'Id':'2','Arn':'" QUEUE "'}]}}]}");
    sandbox_write(box, "dumps/n.json",
                  "{'LambdaFunctionConfigurations':[{'LambdaFunctionArn':'" FN
                  ":prod','Events':['s3:ObjectCreated:*'],'Filter':{'Key':{'FilterRules':["
                  "{'Name':'Prefix','Value':'in/'},{'Name':'Suffix','Value':'.png'}]}}}]}");
    sandbox_accept(box);
    assert_connections(box, FN,
                       "s3 f:prod arn:aws:s3:::b account=444455556666 "
                       "owner-of:arn:aws:s3:::b=444455556666 prefix=in/\n"
                       "eventbridge-rule f " RULE " dead-letter=" QUEUE " role=" OTHER "\n");
}

static void events_of_nobody_are_refused(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "m.json", MANIFEST("") "}");
    sandbox_write(box, "x.json",
                  "{'LambdaFunctionConfigurations':[{'LambdaFunctionArn':'" FN "'}]}");
    const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_POLICY_UNATTACHED, "x.json", 1, 1);
    assert_true(sandbox_says(diag->hint, "\"notification\": "));
    assert_true(sandbox_says(diag->hint, "\"x.json\""));
    sandbox_write(box, "x.json", "{'Targets':[{'Id':'1','Arn':'" FN "'}]}");
    diag = sandbox_refuse(box, PC_DIAG_POLICY_UNATTACHED, "x.json", 1, 1);
    assert_true(sandbox_says(diag->hint, "\"targets\": "));
    // Without a function nobody asks whose it is.
    sandbox_write(box, "x.json", "{'Targets':[{'Id':'1','Arn':'" QUEUE "'}]}");
    sandbox_write(box, "y.json", "{'TopicConfigurations':[{'TopicArn':'" TOPIC "','Events':[]}]}");
    sandbox_accept(box);
    assert_connections(box, FN, "");
}

static const struct {
    const char *resource, *said;
} wrong_attachings[] = {
    {"{'arn':'" QUEUE "','notification':\n{'EventBridgeConfiguration':{}}}", "arn:*:s3:::*"},
    {"{'arn':'arn:aws:s3:::b','account':'444455556666','targets':\n'x.json'}", "rule/*"},
    {"{'arn':'arn:aws:s3:::b','account':'444455556666','notification':\n7}", "not an object"},
    {"{'arn':'arn:aws:s3:::b','account':'444455556666','notification':\n{'Targets':[]}}",
     "LambdaFunctionConfigurations"},
    {"{'arn':'arn:aws:s3:::b','account':'444455556666','notification':\n'x.json'}",
     "events list-targets-by-rule"},
    {"{'arn':'arn:aws:s3:::b','account':'444455556666','notification':\n'two.json'}", "several"},
};

static void what_is_attached_has_to_fit(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "x.json", "{'Targets':[{'Id':'1','Arn':'" QUEUE "'}]}");
    sandbox_write(box, "two.json",
                  "[{'TopicConfigurations':[]},{'LambdaFunctionConfigurations':[]}]");
    for (size_t i = 0; i < sizeof(wrong_attachings) / sizeof(wrong_attachings[0]); i++) {
        struct pc_str text;
        assert_int_equal(pc_arena_format(&box->arena, &text, "{'polcheck':1,'resources':[%s]}",
                                         wrong_attachings[i].resource),
                         PC_OK);
        sandbox_write(box, "m.json", text.ptr);
        const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_MANIFEST_VALUE, "m.json", 2, 1);
        assert_true(sandbox_says(diag->message, wrong_attachings[i].said) ||
                    sandbox_says(diag->hint, wrong_attachings[i].said));
    }
}

// Stores ------------------------------------------------------------------------------------------

struct seen {
    struct pc_buf functions, policies;
};

static enum pc_status note_function(void *context, const struct pc_stored_function *function)
{
    struct seen *seen = context;
    pc_buf_format(&seen->functions, "%.*s %.*s\n", PC_STR_ARG(function->arn),
                  PC_STR_ARG(function->known.role));
    for (size_t i = 0; i < function->known.connection_count; i++) {
        const struct pc_known_connection connection =
            pc_known_function_connection(&function->known, i);
        pc_buf_format(&seen->functions, " %.*s %.*s %.*s %u:%u\n", PC_STR_ARG(connection.kind),
                      PC_STR_ARG(connection.function), PC_STR_ARG(connection.other),
                      connection.place.line, connection.place.column);
        assert_true(pc_str_has_suffix(connection.place.file, PC_STR("/x.json")));
        for (size_t j = 0; j < connection.fact_count; j++) {
            struct pc_tag fact = pc_known_connection_fact(&connection, j);
            pc_buf_format(&seen->functions, "  %.*s=%.*s\n", PC_STR_ARG(fact.key),
                          PC_STR_ARG(fact.value));
        }
        assert_view(pc_known_connection_tells(&connection, PC_STR("none")), "");
    }
    return PC_OK;
}

static enum pc_status note_policy(void *context, struct pc_str arn)
{
    struct seen *seen = context;
    pc_buf_format(&seen->policies, "%.*s\n", PC_STR_ARG(arn));
    return PC_OK;
}

static void the_store_gives_back_what_it_was_told(void **state)
{
    struct sandbox *box = *state;
    struct seen seen = {.functions = {0}};
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    sandbox_write(box, "m.json",
                  MANIFEST("") ",'resources':[{'arn':'" FN
                               ":prod','policy':{'Version':'2012-10-17',"
                               "'Statement':{'Effect':'Allow','Principal':'*','Action':"
                               "'lambda:InvokeFunction','Resource':'" FN ":prod'}}},"
                               "{'arn':'" QUEUE "','policy':{'Version':'2012-10-17','Statement':"
                               "{'Effect':'Allow','Principal':{'AWS':'111122223333'},'Action':"
                               "'sqs:SendMessage','Resource':'*'}}}]}");
    sandbox_write(
        box, "x.json",
        "[" MAPPING(
            "'EventSourceArn':'" MSK
            "','Topics':['a','b']") ",\n"
                                    "{'FunctionUrl':'u','AuthType':'NONE','FunctionArn':'" FN
                                    ":prod'}]");
    sandbox_accept(box);
    (void)sandbox_publish(box);
    assert_int_equal(pc_store_open(pc_str_from(box->store), &box->diags, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    assert_int_equal(pc_each_function(snapshot, note_function, &seen), PC_OK);
    assert_int_equal(pc_each_function_policy(snapshot, note_policy, &seen), PC_OK);
    assert_view(pc_buf_view(&seen.functions), FN " " ROLE "\n"
                                                 " msk " FN " " MSK " 1:2\n"
                                                 "  consumer-group=u1\n  iam=true\n  topic=a\n"
                                                 "  topic=b\n  uuid=u1\n"
                                                 " url " FN ":prod  2:1\n"
                                                 "  auth-type=NONE\n");
    assert_view(pc_buf_view(&seen.policies), FN ":prod\n");
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    pc_buf_release(&seen.functions);
    pc_buf_release(&seen.policies);
}

static enum pc_status stop(void *context, const struct pc_stored_function *function)
{
    (void)context;
    (void)function;
    return PC_ERR_INTERRUPTED;
}

static void the_visitor_can_end_it(void **state)
{
    struct sandbox *box = *state;
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    sandbox_write(box, "m.json", MANIFEST("") "}");
    sandbox_accept(box);
    (void)sandbox_publish(box);
    assert_int_equal(pc_store_open(pc_str_from(box->store), &box->diags, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    assert_int_equal(pc_each_function(snapshot, stop, NULL), PC_ERR_INTERRUPTED);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
}

// Every byte of a connection that is cut off, and every length that leads outside, is refused.
static void damaged_connections_are_refused(void **state)
{
    (void)state;
    struct pc_str pairs[] = {PC_STR("a"), PC_STR("1"), PC_STR("b"), PC_STR("22")};
    const struct pc_connection connection = {.kind = PC_STR("sqs"),
                                             .function = PC_STR(FN),
                                             .other = PC_STR(QUEUE),
                                             .pairs = pairs,
                                             .pair_count = 2,
                                             .place = {PC_STR("f.json"), 3, 4}};
    struct pc_buf text;
    struct pc_known_connection known;
    pc_buf_init(&text);
    pc_connection_write(&text, &connection);
    assert_int_equal(pc_buf_status(&text), PC_OK);
    size_t facts = text.len - (4 * 4 + 1 + 1 + 1 + 2); // where the first one begins
    for (size_t length = 0; length < text.len; length++) {
        bool whole = length == facts || length == facts + 4 + 1 + 4 + 1;
        assert_int_equal(pc_connection_parse(pc_str_slice(pc_buf_view(&text), 0, length), &known),
                         whole);
    }
    assert_true(pc_connection_parse(pc_buf_view(&text), &known));
    assert_int_equal(known.fact_count, 2);
    assert_view(pc_known_connection_tells(&known, PC_STR("b")), "22");
    text.ptr[3] = '\x7f'; // the length of the first text
    assert_false(pc_connection_parse(pc_buf_view(&text), &known));

    struct pc_buf record;
    pc_buf_init(&record);
    const struct pc_str connections[] = {pc_buf_view(&text)};
    const struct pc_function_fields fields = {
        .role = PC_STR(ROLE), .connections = connections, .connection_count = 1};
    pc_function_record_write(&record, &fields);
    assert_false(pc_function_record_check(PC_STR(FN), pc_buf_view(&record)));
    pc_buf_release(&record);
    text.ptr[3] = '\0';
    pc_buf_init(&record);
    pc_function_record_write(&record, &fields);
    assert_true(pc_function_record_check(PC_STR(FN), pc_buf_view(&record)));
    assert_false(pc_function_record_check(PC_STR(FN),
                                          pc_str_slice(pc_buf_view(&record), 0, record.len - 1)));
    pc_buf_release(&record);
    pc_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(mappings_are_told_by_their_source),
        SANDBOX_TEST(configurations_tell_what_is_attached),
        SANDBOX_TEST(versions_have_their_own),
        SANDBOX_TEST(manifests_tell_the_rest),
        SANDBOX_TEST(manifests_are_held_against_the_table),
        SANDBOX_TEST(what_two_documents_tell_is_put_together),
        SANDBOX_TEST(what_contradicts_is_refused),
        SANDBOX_TEST(keys_of_queues_are_facts),
        SANDBOX_TEST(keys_of_secrets_are_facts),
        SANDBOX_TEST(manifests_tell_keys_and_owners),
        SANDBOX_TEST(grants_of_the_role_are_kept),
        SANDBOX_TEST(events_are_attached_by_a_manifest),
        SANDBOX_TEST(events_of_nobody_are_refused),
        SANDBOX_TEST(what_is_attached_has_to_fit),
        SANDBOX_TEST(the_store_gives_back_what_it_was_told),
        SANDBOX_TEST(the_visitor_can_end_it),
        cmocka_unit_test(damaged_connections_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
